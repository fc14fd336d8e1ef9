"""A bench: some nodes, whatever arrives at them, and what must hold whatever that is."""

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from typing import Any

from rclpy.lifecycle import TransitionCallbackReturn
from rclpy.parameter import Parameter
from rclpy.serialization import deserialize_message, serialize_message

from ballbot_fusion.core.checks import check
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import Sample, Source
from ballbot_fusion.core.synchronizer import Refused
from ballbot_fusion.fuzzing.fields import put
from ballbot_fusion.fuzzing.good import Robot
from ballbot_fusion.fuzzing.outputs import wrong_output
from ballbot_fusion.fuzzing.recipes import Recipe, Turn
from ballbot_fusion.fuzzing.stand_in import Clock, Line, Published, noted_intakes
from ballbot_fusion.nodes.lockstep import LAST_NS
from ballbot_fusion.nodes.lifecycle import BallbotNode

Made = tuple[type[BallbotNode[Any]], Mapping[str, Any]]
"""Class and parameters of a node."""
CONTENT = frozenset(
    {
        Reason.NON_FINITE, Reason.WRONG_SHAPE, Reason.WRONG_ENCODING, Reason.WRONG_FRAME,
        Reason.WRONG_NAMES, Reason.OUT_OF_RANGE, Reason.ALL_INVALID, Reason.NOT_UNIT,
    }
)  # fmt: skip
"""Reasons that follow from one message alone, whatever came before it."""
SLOW = ("image_rect_raw", "image_raw", "instruction", "diagnostics")
"""Ends of topics that do not come with every turn."""
SLOW_EVERY = 4
TURN_NS = 5_000_000
APART_NS = 100_000
"""From the stamp of a message to that of the next one of its burst."""
REMEMBERED = 12
"""Turns that are told of when something went wrong."""
LONGEST_REPORT = 20_000
"""Characters in a node's diagnostics, however long it was fed with nonsense."""


class FuzzError(RuntimeError):
    """The nodes cannot be fuzzed at all: one of them refuses to be configured."""


class Bench:
    """Real nodes; see stand_in.py for what is replaced. A subclass says what good streams bring."""

    works = 1
    """Turns of a node's loop per turn of the bench."""

    def __init__(self, name: str, made: Sequence[Made], robot: RobotConfig, clock: Clock) -> None:
        """Configure and activate the nodes.

        Raises:
            FuzzError: one of them refuses.
        """
        self.name, self.robot, self.clock = name, robot, clock
        self._good, self._turns = Robot(robot), 0
        self.nodes: list[BallbotNode[Any]] = []
        self.lines: dict[str, list[Line]] = {}
        self.published: list[tuple[BallbotNode[Any], Published]] = []
        for kind, parameters in made:
            self._add(kind, parameters)
        self.messages: Counter[str] = Counter()
        """Messages by type that were made here, read or not."""
        self.fields: Counter[tuple[str, str]] = Counter()
        """How often each field of each type was spoilt."""
        self.drawn = 0
        """Messages that hypothesis drew; some are sent several times, or damaged once more."""
        self.dropped = self.unread = self.refused = 0
        """Messages that the middleware could not read, an intake could not, the tick did not trust."""
        self.reasons: Counter[str] = Counter()
        self.last: deque[Turn] = deque(maxlen=REMEMBERED)

    # --- the nodes ---

    def _add(self, kind: type[BallbotNode[Any]], parameters: Mapping[str, Any]) -> None:
        with noted_intakes() as intakes:
            node = kind()
            node.set_parameters([Parameter(n, value=value) for n, value in parameters.items()])
            node.count_publishers = lambda _: 1
            if node.trigger_configure() != TransitionCallbackReturn.SUCCESS:
                raise FuzzError(f"{node.get_name()} refuses its parameters: {node.failure}")
        for line in map(Line, intakes):
            self.lines.setdefault(line.topic, []).append(line)
        self.published += [(node, Published(publisher)) for publisher in node.publishers]
        for owner in (node, getattr(node, "_lockstep", None)):
            if hasattr(owner, "_wait"):
                owner._wait = lambda _: None
        node.trigger_activate()
        self.nodes.append(node)

    @property
    def kinds(self) -> list[tuple[str, Any]]:
        """Topics and the classes of their messages."""
        return [(topic, lines[0].kind) for topic, lines in sorted(self.lines.items())]

    def close(self) -> None:
        """Take the nodes down."""
        for node in self.nodes:
            node.destroy_node()

    def restart(self) -> None:
        """Begin anew, as after deactivating and activating; nothing is waiting."""
        for lines in self.lines.values():
            for line in lines:
                line.waiting.clear()
                line.fed = line.intake.received
        for node in self.nodes:
            node.start()
        self.expected: Counter[Refused] = Counter()
        self._unread_before = self._unread
        self._expected_unread = 0

    # --- messages ---

    def _deliver(self, topic: str, data: bytes) -> None:
        for line in self.lines[topic]:
            payload: Any = data
            if not line.raw:
                try:
                    payload = deserialize_message(data, line.kind)
                except RuntimeError:
                    self.dropped += 1
                    continue
            self._expect(line, payload)
            line.put(payload)

    def _expect(self, line: Line, payload: Any) -> None:
        """Judge a message apart from the nodes, to compare their counts with."""
        try:
            sample = line.intake._convert(payload)
        except Exception:
            self._expected_unread += 1
            return
        counted = isinstance(sample, Sample) and self.counts_of(line) is not None
        if counted and (reason := check(sample, self.robot)) in CONTENT:
            self.expected[Refused(sample.source, reason)] += 1

    def _cook(self, recipe: Recipe, stamp_ns: int) -> None:
        """Make a message and send it; where it is to be damaged, also its damaged copy."""
        kind = self.lines[recipe.topic][0].kind
        self.drawn += 1
        self.fields.update((kind.__name__, path) for path in recipe.fields)
        for _ in range(recipe.burst):
            message = self._good.message(recipe.topic, kind, stamp_ns)
            for path, value in recipe.fields.items():
                put(message, path, value)
            data = bytes(serialize_message(message))
            copies = [data] if recipe.damage is None else [data, recipe.damage.of(data)]
            for copy in copies:
                self.messages[kind.__name__] += 1
                self._deliver(recipe.topic, copy)
            stamp_ns += APART_NS

    def send_good(self, topic: str) -> None:
        """Have a good message of ``topic`` arrive."""
        message = self._good.message(topic, self.lines[topic][0].kind, self.clock.time_ns())
        self._deliver(topic, bytes(serialize_message(message)))

    # --- turns ---

    def play(self, turn: Turn) -> None:
        """Let hostile messages arrive, then let the nodes work; raises what they raise."""
        self.last.append(turn)
        self.clock.now_ns += round(turn.pause_ms * 1e6)
        stamp_ns = max(self.clock.time_ns() + turn.shift_s * 1_000_000_000, 0)
        for recipe in turn.recipes:
            self._cook(recipe, stamp_ns % LAST_NS)
        self.work()

    def good_turn(self) -> None:
        """One control period of a robot whose sensors are well."""
        self.clock.now_ns += TURN_NS
        self._turns += 1
        for topic in self.lines:
            if not topic.endswith(SLOW) or self._turns % SLOW_EVERY == 0:
                self.send_good(topic)
        self.work()

    def work(self) -> None:
        """Give every node its turn, then look at what it published."""
        for node in self.nodes:
            for _ in range(self.works):
                node.work()
        self._look()

    def _look(self) -> None:
        for _, published in self.published:
            for message in published.messages:
                wrong = wrong_output(published.topic, message, self.robot)
                if wrong:
                    raise AssertionError(f"{published.topic}: {wrong}")
            published.messages.clear()

    # --- what must hold ---

    def counts_of(self, line: Line) -> Counter[Refused] | None:
        """Where the node of ``line`` counts what its ticks refuse; None when it does not tick."""
        return None

    @property
    def _unread(self) -> int:
        return sum(line.intake.refused for lines in self.lines.values() for line in lines)

    def _counted(self) -> Counter[Refused]:
        found: Counter[Refused] = Counter()
        seen: set[int] = set()
        for lines in self.lines.values():
            for line in lines:
                counts = self.counts_of(line)
                if counts is not None and id(counts) not in seen:
                    seen.add(id(counts))
                    found.update(counts)
        return found

    def check_counts(self) -> None:
        """Every message was received; every one refused was counted, with its reason."""
        for lines in self.lines.values():
            for line in lines:
                assert not line.waiting, f"{line.topic}: {len(line.waiting)} never taken"
                assert line.intake.received == line.fed, f"{line.topic}: received {line.fed}"
                assert bool(line.intake.refused) == bool(line.intake.refusal), line.topic
        unread = self._unread - self._unread_before
        assert unread == self._expected_unread, f"unread {unread}, {self._expected_unread} were"
        counted = self._counted()
        content = Counter({key: n for key, n in counted.items() if key.reason in CONTENT})
        assert content == self.expected, f"counted {content}, expected {self.expected}"
        self.unread += unread
        self.refused += counted.total()
        self.reasons.update({f"{s.name}: {r.name}": n for (s, r), n in counted.items()})

    def check_diagnostics(self) -> None:
        """Nodes can still say how they are, in bounded length."""
        for node in self.nodes:
            node.publish_diagnostics()
        for _, published in self.published:
            for message in published.messages:
                if published.topic == "/diagnostics":
                    assert len(repr(message)) < LONGEST_REPORT, "diagnostics grow"
        self._look()

    def recover(self) -> None:
        """Bring good messages until they are trusted again; raise AssertionError when never."""
        raise NotImplementedError


def all_trusted(sources: Mapping[Source, Reason], wanted: Sequence[Source]) -> bool:
    """Whether every stream of ``wanted`` is."""
    return all(sources[source] is Reason.OK for source in wanted)
