"""Replay against recordings of the closed loop: identical, or told where and why not."""

import shutil
from pathlib import Path

import pytest
from support.recorded_run import (
    CONTRACT,
    SNAPSHOT_EVERY,
    TRACE,
    TYPES,
    default_scenario,
    record,
    rewritten,
)

from ballbot_fusion.core import trace
from ballbot_fusion.core.samples import Source
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.evaluation.other_policy import Comparison
from ballbot_fusion.evaluation.replay import Replay, ReplayError
from ballbot_fusion.evaluation.replay_outcome import Cause, Outcome
from ballbot_fusion.evaluation.replay_policies import policies_of
from ballbot_fusion.recording.bag_file import Message
from ballbot_fusion.recording.bag_reader import open_bag
from ballbot_fusion.recording.cdr import float_array, float_array_bytes
from ballbot_fusion.simulation.faults.order import orders_of

MODELS = policy_path("default").parent
SECONDS = 0.8
FAULTS = (
    "camera_0 frozen after 0.2",
    "imu nan size 0.2 after 0.2",
    "encoders late size 20 after 0.2",
)


def replayed(folder: Path, models: Path = MODELS) -> Outcome:
    bag = open_bag(folder)
    return Replay(bag, policies_of(bag, models)).run()


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A drive in which three streams have faults, and cmd_vel speaks twenty times a second."""
    plan = tuple(order.fault for order in orders_of(FAULTS))
    scenario = default_scenario(faults=plan, velocity=(0.2, 0.0, 0.1))
    return record(tmp_path_factory.mktemp("bags") / "drive", scenario, SECONDS)


@pytest.fixture(scope="module")
def whole(bag: Path) -> Outcome:
    return replayed(bag)


def test_every_tick_is_identical(whole: Outcome) -> None:
    assert whole.ticks > 2 * SNAPSHOT_EVERY
    assert whole.identical == whole.ticks, whole.differences[:3]
    assert whole.remarks == []


def test_without_what_came_out_the_result_is_the_same(
    bag: Path, whole: Outcome, tmp_path: Path
) -> None:
    def strip(_: int, message: Message) -> Message:
        if message.topic.name != TRACE.name:
            return message
        rest = trace.stripped(float_array(message.data))
        return message._replace(data=float_array_bytes(message.data, rest))

    outcome = replayed(rewritten(bag, tmp_path / "stripped", strip))
    assert outcome.ticks == whole.ticks
    assert outcome.sha256 == whole.sha256


def consumed_in(bag: Path, source: Source, tick: int) -> int:
    """Stamp of a sample that a tick consumed."""
    for message in open_bag(bag).messages():
        if message.topic.name == TRACE.name:
            record = trace.decode(float_array(message.data))
            if record.number == tick and not record.is_beginning:
                return next(c.stamp_ns for c in record.consumed if c.source is source)
    raise AssertionError("no such tick")


@pytest.mark.parametrize(("source", "byte"), [(Source.IMU, -100), (Source.ENCODERS, -12)])
def test_a_flipped_bit_is_told_at_its_tick(
    bag: Path, whole: Outcome, tmp_path: Path, source: Source, byte: int
) -> None:
    wanted, tick = TYPES[source].name, SNAPSHOT_EVERY // 2
    stamp_ns = consumed_in(bag, source, tick)
    flipped = []

    def flip(_: int, message: Message) -> Message:
        seconds, rest = divmod(stamp_ns, 10**9)
        begin = seconds.to_bytes(4, "little") + rest.to_bytes(4, "little")
        if message.topic.name != wanted or message.data[4:12] != begin or flipped:
            return message
        flipped.append(message)
        data = bytearray(message.data)
        data[byte] ^= 1
        return message._replace(data=bytes(data))

    outcome = replayed(rewritten(bag, tmp_path / "flipped", flip))
    assert flipped
    first = outcome.differences[0]
    assert first.number == tick
    assert f"{source.name} stamped {stamp_ns} ns" in first.why
    # From the next snapshot on everything is as it was.
    assert outcome.different == SNAPSHOT_EVERY - tick + 1
    assert outcome.identical == whole.ticks - outcome.different
    assert outcome.causes == {Cause.MISSING: 1, Cause.UNKNOWN: outcome.different - 1}


def test_a_command_that_is_missing_is_missed_though_others_say_the_same(
    bag: Path, tmp_path: Path
) -> None:
    gone = []

    def drop(_: int, message: Message) -> Message | None:
        if message.topic.name == "/cmd_vel" and not gone:
            gone.append(message)
            return None
        return message

    outcome = replayed(rewritten(bag, tmp_path / "dropped", drop))
    assert gone
    assert "COMMAND" in outcome.differences[0].why


def test_a_lost_record_of_the_trace_is_no_identical_tick(
    bag: Path, whole: Outcome, tmp_path: Path
) -> None:
    def lose(_: int, message: Message) -> Message | None:
        if message.topic.name == TRACE.name and message.sequence == SNAPSHOT_EVERY + 11:
            return None
        return message

    outcome = replayed(rewritten(bag, tmp_path / "lost", lose))
    assert outcome.ticks == whole.ticks - 1
    assert "1 records of the trace before it lost" in outcome.differences[0].why
    assert outcome.identical == whole.ticks - SNAPSHOT_EVERY + 9


def test_another_action_or_observation_is_told(bag: Path, tmp_path: Path) -> None:
    def change(_: int, message: Message) -> Message:
        if message.topic.name != TRACE.name:
            return message
        numbers = list(float_array(message.data))
        record = trace.decode(numbers)
        sizes = [size for _, size in trace.sections(numbers)]
        if record.number == 30:
            numbers[sum(sizes[:5])] += 1e-9  # the action
        if record.number == 31:
            numbers[sum(sizes[:3])] += 1e-9  # the observation
        return message._replace(data=float_array_bytes(message.data, numbers))

    outcome = replayed(rewritten(bag, tmp_path / "changed", change))
    told = {entry.number: entry.why for entry in outcome.differences}
    assert set(told) == {30, 31}
    assert outcome.causes == {Cause.DIFFERS: 2}
    assert "action is" in told[30]
    assert "observation orientation is" in told[31]


def test_a_recording_that_begins_later_goes_on_from_its_first_state(
    bag: Path, whole: Outcome, tmp_path: Path
) -> None:
    def later(_: int, message: Message) -> Message | None:
        return message if message.log_ns > 100_000_000 or message.topic == CONTRACT else None

    outcome = replayed(rewritten(bag, tmp_path / "later", later))
    assert outcome.before_state == outcome.different > 0
    assert outcome.identical == whole.ticks - SNAPSHOT_EVERY
    assert "begins before a state is known" in outcome.differences[0].why


def test_the_policy_may_come_with_the_recording_or_be_missing(bag: Path, tmp_path: Path) -> None:
    empty = tmp_path / "models"
    empty.mkdir()
    missing = replayed(bag, empty)
    assert missing.identical == 0
    assert "neither in the recording nor in models/" in missing.differences[-1].why
    attached = open_bag(bag)
    attached.read()
    attached.attachments["policy.onnx"] = policy_path("default").read_bytes()
    assert Replay(attached, policies_of(attached, empty)).run().identical > 0


def test_a_recording_without_contract_is_refused(bag: Path, tmp_path: Path) -> None:
    folder = rewritten(bag, tmp_path / "bare", lambda _, m: None if m.topic == CONTRACT else m)
    with pytest.raises(ReplayError, match="inference/contract"):
        replayed(folder)


def test_a_file_cut_off_is_replayed_as_far_as_it_goes(
    bag: Path, whole: Outcome, tmp_path: Path
) -> None:
    folder = tmp_path / "cut"
    shutil.copytree(bag, folder)
    (file,) = folder.glob("*.mcap")
    with file.open("r+b") as stream:
        # Behind the first chunk (1 MiB), which is all that a quick machine writes at once.
        stream.truncate(file.stat().st_size * 5 // 6)
    outcome = replayed(folder)
    assert 0 < outcome.identical < whole.ticks
    assert any("cut off" in remark or "damaged" in remark for remark in outcome.remarks)


def test_another_policy_is_compared_tick_by_tick(bag: Path, whole: Outcome) -> None:
    opened = open_bag(bag)
    find = policies_of(opened, MODELS)
    same = Comparison(opened, find, PolicyRuntime.load(policy_path("default"))).run(5)
    assert (same["ticks"], same["same_answer"]) == (whole.ticks, whole.ticks)
    assert same["largest"] == []
    other = Comparison(opened, find, PolicyRuntime.load(policy_path("seed55"))).run(3)
    assert other["ticks"] == whole.ticks
    assert other["apart_max"] == other["largest"][0]["apart"] > 0.0
    assert len(other["largest"]) == 3
    assert all(place["because_of"] for place in other["largest"])
