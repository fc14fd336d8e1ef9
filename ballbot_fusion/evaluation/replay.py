"""Replay: a recording's samples through the same tick and runtime, without ROS, bit for bit.

The trace says which samples each tick consumed and when they had arrived; the samples themselves
come from the recorded messages. A tick whose sample is not in the recording is not identical, and
neither is one before which a record of the trace was lost.
"""

from collections import deque
from collections.abc import Iterator

from ballbot_fusion.core import snapshot, trace
from ballbot_fusion.core.samples import InstructionSample, Sample, Source
from ballbot_fusion.core.sensing import Sensing
from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.core.tick import tick
from ballbot_fusion.core.tick_state import TickState
from ballbot_fusion.core.trace import TraceRecord
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.evaluation.replay_comparison import same_bits, wrong_in
from ballbot_fusion.evaluation.replay_outcome import Cause, Outcome, Step
from ballbot_fusion.evaluation.replay_policies import FindPolicy
from ballbot_fusion.language.encoder import TextEncoder
from ballbot_fusion.recording import cdr, contract
from ballbot_fusion.recording.bag_file import Message
from ballbot_fusion.recording.bag_reader import Bag
from ballbot_fusion.recording.contract import Contract
from ballbot_fusion.recording.tape import Tape

LATE_NS = 2_000_000_000
"""So much later than a tick's record its samples may stand in the file."""


class ReplayError(ValueError):
    """A recording that cannot be replayed at all. The text says what is missing."""


def contract_of(bag: Bag) -> Contract:
    """Return the first contract of a recording.

    Raises:
        ReplayError: it has none.
    """
    for message in bag.messages():
        if message.topic.name.endswith("/" + contract.TOPIC):
            return _contract(message)
    raise ReplayError(
        f"{bag.files[0]} has no message on {contract.TOPIC}: nobody can tell how it was ticked. "
        "Record it with `record:=` or `ballbot record`."
    )


def _contract(message: Message) -> Contract:
    return Contract.model_validate_json(cdr.string(message.data))


class Replay:
    """Goes through a recording, tick by tick."""

    def __init__(
        self, bag: Bag, find_policy: FindPolicy, *, most: int = 20,
        forced: PolicyRuntime | None = None,
    ) -> None:  # fmt: skip
        """Prepare to replay ``bag``.

        Args:
            bag: the recording.
            find_policy: gives the policy that drove.
            most: so many differences are told one by one.
            forced: answers instead of the policy that drove.

        Raises:
            ReplayError: the recording has no contract.
        """
        self._bag, self._find_policy, self._most, self._forced = bag, find_policy, most, forced
        self.contract = contract_of(bag)
        self._tape = Tape(self.contract, _said)
        self._trace = self.contract.trace_topic
        self._state: TickState | None = None
        self._number = -1
        self._policy = -1
        self._runtime: PolicyRuntime | None = None
        self._sensing: Sensing | None = None
        self._why = "the recording begins before a state is known"
        self.outcome = Outcome()

    @property
    def runtime(self) -> PolicyRuntime | None:
        """The policy that answers now."""
        return self._runtime

    @property
    def spec(self) -> ObservationSpec | None:
        """What it observes."""
        return None if self._runtime is None else self._runtime.spec

    def run(self) -> Outcome:
        """Replay everything."""
        for _ in self.steps():
            pass
        return self.outcome

    def steps(self) -> Iterator[Step]:
        """Replay tick by tick; ``outcome`` grows with it."""
        waiting: deque[tuple[int, TraceRecord]] = deque()
        for message in self._bag.messages():
            if message.topic.name == self._trace:
                if (record := self._record(message)) is not None:
                    waiting.append((message.log_ns, record))
            else:
                self._tape.add(message)
            while waiting and message.log_ns - waiting[0][0] > LATE_NS:
                yield from self._replayed(waiting.popleft()[1])
        for _, record in waiting:
            yield from self._replayed(record)
        self.outcome.remarks += map(str, self._bag.defects)

    def _record(self, message: Message) -> TraceRecord | None:
        try:
            return trace.decode(cdr.float_array(message.data))
        except ValueError as error:
            self.outcome.remarks.append(f"a record of the trace cannot be read: {error}")
            return None

    def _replayed(self, record: TraceRecord) -> Iterator[Step]:
        if record.is_beginning:
            self._begin(record)
            return
        self.outcome.ticks += 1
        if self._state is not None and record.number != self._number + 1:
            self._forget(f"{record.number - self._number - 1} records of the trace before it lost")
        state, sensing, runtime = self._state, self._sensing, self._runtime
        if state is not None and record.policy != self._policy:
            self._forget("another policy than that of the state")
            state = None
        if state is None or sensing is None or runtime is None:
            self._unknown(record)
            return
        samples, missing = self._samples(record)
        if missing:
            why = f"not in the recording: {missing}"
            self.outcome.differs(record, Cause.MISSING, why, self._most)
            # What follows stands on a state that lacks it: the next snapshot sets that right.
            self._forget(f"after tick {record.number} the state is unknown")
            self._restore(record)
            return
        result = tick(sensing, state, samples, record.now_ns)
        step = Step(record, result, runtime.answer(result))
        self._state, self._number = result.state, record.number
        self.outcome.add(step)
        self._compare(step, runtime)
        yield step

    def _samples(self, record: TraceRecord) -> tuple[list[Sample], str]:
        found, missing = [], []
        for wanted in record.consumed:
            sample = self._tape.take(wanted)
            if sample is None:
                missing.append(f"{wanted.source.name} stamped {wanted.stamp_ns} ns")
            else:
                found.append(sample)
        return found, ", ".join(missing)

    # --- state ---

    def _forget(self, why: str) -> None:
        self._state, self._why = None, why

    def _unknown(self, record: TraceRecord) -> None:
        """Count a tick that cannot be replayed; its snapshot may be where to go on."""
        if self._number < 0:
            self.outcome.before_state += 1
        self.outcome.differs(record, Cause.UNKNOWN, self._why, self._most)
        self._restore(record)

    def _begin(self, record: TraceRecord) -> None:
        """Take the state that the next tick starts from."""
        self._forget("the state that it began with is unknown")
        self._restore(record)

    def _restore(self, record: TraceRecord) -> None:
        if not record.snapshot:
            return
        if record.policy != self._policy and not self._take_policy(record.policy):
            return
        if self._sensing is None or self._runtime is None:
            return
        try:
            decoded = snapshot.decode(record.snapshot)
            state = snapshot.restored(decoded, self._sensing, self._tape.find)
            if self._forced is None:
                self._runtime.reset()
                self._runtime.recall(decoded.memory)
        except (ValueError, LookupError) as error:
            self._why = str(error)
            return
        self._state, self._number = state, record.number

    def _take_policy(self, number: int) -> bool:
        runtime = self._find_policy(number)
        if runtime is None:
            self._why = (
                f"its policy (sha256 {number:012x}...) is neither in the recording nor in models/"
            )
            return False
        self._policy, self._runtime = number, self._forced or runtime
        self._sensing = self.contract.sensing(self._runtime.spec)
        return True

    # --- comparing ---

    def _compare(self, step: Step, runtime: PolicyRuntime) -> None:
        record, result = step.record, step.result
        wrong = list(wrong_in(step, runtime))
        if record.snapshot and not wrong and self._forced is None:
            again = snapshot.encode(result.state, runtime.memory)
            if not same_bits(again, record.snapshot):
                wrong.append("the state after it differs")
        if wrong:
            self.outcome.differs(record, Cause.DIFFERS, "; ".join(wrong), self._most)
        else:
            self.outcome.identical += 1


def _said(text: str) -> InstructionSample:
    return InstructionSample(Source.INSTRUCTION, 0, 0, TextEncoder.load().encode(text))
