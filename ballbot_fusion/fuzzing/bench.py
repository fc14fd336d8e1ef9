"""A bench: some nodes, whatever arrives at them, and what must hold whatever that is."""

from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rclpy.lifecycle import TransitionCallbackReturn
from rclpy.parameter import Parameter
from rclpy.serialization import deserialize_message, serialize_message

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.synchronizer import Refused
from ballbot_fusion.fuzzing.cooking import cooked
from ballbot_fusion.fuzzing.good import Robot
from ballbot_fusion.fuzzing.ledger import Ledger
from ballbot_fusion.fuzzing.outputs import wrong_output
from ballbot_fusion.fuzzing.recipes import Recipe, Turn
from ballbot_fusion.fuzzing.stand_in import Clock, Line, Published, noted_intakes
from ballbot_fusion.nodes.lifecycle import BallbotNode
from ballbot_fusion.nodes.lockstep import LAST_NS

Made = tuple[Callable[[], BallbotNode[Any]], Mapping[str, Any]]
"""How a node is made, and its parameters."""
SLOW = ("image_rect_raw", "image_raw", "instruction", "diagnostics")
"""Ends of topics that do not come with every turn."""
SLOW_EVERY = 4
TURN_NS = 5_000_000
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
        self.restarts = 0
        """How often good messages were trusted again only after a restart."""
        self.dropped = self.unread = self.refused = 0
        """Damaged ones left out, what an intake could not read, what a tick refused."""
        self.reasons: Counter[str] = Counter()
        self.last: deque[Turn] = deque(maxlen=REMEMBERED)

    # --- the nodes ---

    def _add(self, kind: Callable[[], BallbotNode[Any]], parameters: Mapping[str, Any]) -> None:
        with noted_intakes() as intakes:
            node = kind()
            node.set_parameters([Parameter(n, value=value) for n, value in parameters.items()])
            node.count_publishers = lambda _: 1
            if node.trigger_configure() != TransitionCallbackReturn.SUCCESS:
                raise FuzzError(f"{node.get_name()} refuses its parameters: {node.failure}")
        for line in map(Line, intakes):
            self.lines.setdefault(line.topic, []).append(line)
        self.published += [(node, Published(publisher)) for publisher in node.publishers]
        owner: Any
        for owner in (node, getattr(node, "_lockstep", None)):
            if hasattr(owner, "_wait"):
                owner._wait = lambda _: [True, True]  # what it waits for, and all else
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
        self.ledger = Ledger(self.lines, self.robot)

    # --- messages ---

    def _deliver(self, topic: str, data: bytes, *, damaged: bool = False) -> None:
        for line in self.lines[topic]:
            payload: Any = data
            if not line.raw:
                # Whole messages are the middleware's to read. Damaged ones end the process in
                # there (Fast CDR reads beyond its buffer), so that only our own readers get them.
                if damaged:
                    self.dropped += 1
                    continue
                payload = deserialize_message(data, line.kind)
            self.ledger.expect(line, payload, self.counts_of(line) is not None)
            line.put(payload)

    def _send(self, recipe: Recipe, stamp_ns: int) -> None:
        kind = self.lines[recipe.topic][0].kind
        self.drawn += 1
        self.fields.update((kind.__name__, path) for path in recipe.fields)
        for data, damaged in cooked(self._good, recipe, kind, stamp_ns):
            self.messages[kind.__name__] += 1
            self._deliver(recipe.topic, data, damaged=damaged)

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
            self._send(recipe, stamp_ns % LAST_NS)
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

    def counts_of(self, _: Line) -> Counter[Refused] | None:
        """Where a tick counts what it refuses of a line; None when no tick has it."""
        return None

    def check_counts(self) -> None:
        """Every message was received; every one refused was counted, with its reason."""
        lines = [line for of_topic in self.lines.values() for line in of_topic]
        counts = {id(c): c for line in lines if (c := self.counts_of(line)) is not None}
        counted = self.ledger.check(counts.values())
        self.unread += self.ledger.unread
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
