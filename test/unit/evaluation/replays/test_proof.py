"""What is said to be proven of a recording, of one that is whole and of ones that are not."""

from pathlib import Path
from typing import Any

import pytest
from support.recorded_run import CONTRACT, TRACE, TYPES, default_scenario, record, rewritten

from ballbot_fusion.core.samples import Source
from ballbot_fusion.core.trace import Consumed
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.evaluation.replay import contract_of
from ballbot_fusion.evaluation.replay_outcome import Cause, Difference, Outcome
from ballbot_fusion.evaluation.replays.flip import Flip, chosen_flip, traced
from ballbot_fusion.evaluation.replays.proof import is_told, proved
from ballbot_fusion.recording.bag_file import Message
from ballbot_fusion.recording.bag_reader import open_bag

MODELS = policy_path("default").parent


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return record(tmp_path_factory.mktemp("bags") / "run", default_scenario(), 0.5)


def proof_of(folder: Path, scratch: Path, seed: int = 0) -> dict[str, Any]:
    return proved(folder, MODELS, scratch, seed)


@pytest.mark.parametrize("seed", range(3))
def test_a_whole_recording_proves_all_of_it(bag: Path, tmp_path: Path, seed: int) -> None:
    found = proof_of(bag, tmp_path, seed)
    assert found["ticks"] == found["identical"] > 100
    assert found["causes"] == {"missing": 0, "unknown": 0, "differs": 0}
    assert found["stripped_same"]
    assert found["flipped_bit_told"] is True
    assert 1 < found["flipped_tick"] <= found["ticks"]
    assert found["whole"]
    assert found["lost"] == {}


def test_a_lost_sample_is_counted_by_its_cause(bag: Path, tmp_path: Path) -> None:
    gone: list[Message] = []

    def drop(_: int, message: Message) -> Message | None:
        if message.topic.name == TYPES[Source.IMU].name and message.log_ns > 3e8 and not gone:
            gone.append(message)
            return None
        return message

    found = proof_of(rewritten(bag, tmp_path / "dropped", drop), tmp_path)
    assert found["causes"]["missing"] == 1
    assert found["causes"]["differs"] == 0
    assert found["identical"] == found["ticks"] - 1 - found["causes"]["unknown"]
    assert found["stripped_same"], "the same ticks are replayed"
    assert found["flipped_bit_told"] is True, "a bit is turned where ticks are identical"


def test_nothing_is_proven_where_nothing_can_be_replayed(bag: Path, tmp_path: Path) -> None:
    imu = TYPES[Source.IMU].name
    deaf = rewritten(bag, tmp_path / "deaf", lambda _, m: None if m.topic.name == imu else m)
    found = proof_of(deaf, tmp_path)
    assert found["identical"] < found["ticks"]
    assert found["flipped_bit_told"] is None
    assert found["flipped_tick"] is None


def test_a_flip_turns_one_bit_of_a_message_that_its_tick_consumed(bag: Path) -> None:
    opened = open_bag(bag)
    contract = contract_of(opened)
    records = traced(opened, contract)
    ticks = {(r.number, r.now_ns): r for r in records}
    flip = chosen_flip(opened, contract, records, ticks.keys(), 5)
    assert flip is not None
    assert flip.sample in ticks[flip.moment].consumed
    changed = [
        (message, after)
        for place, message in enumerate(opened.messages())
        if (after := flip(place, message)) != message
    ]
    ((before, after),) = changed
    assert before.topic.name == TYPES[Source.IMU].name
    apart = int.from_bytes(before.data, "little") ^ int.from_bytes(after.data, "little")
    assert apart.bit_count() == 1
    assert chosen_flip(opened, contract, records, set(), 5) is None


def told(*differences: Difference) -> bool:
    """Whether a bit turned in tick 7 counts as told by these."""
    flip = Flip(0, 40, Consumed(Source.IMU, 123, 0, 0), (7, 70))
    before = Outcome(differences=[Difference(3, 30, "IMU stamped 5 ns", Cause.MISSING)])
    return is_told(before, Outcome(differences=[*before.differences, *differences]), flip)


def test_only_the_tick_that_consumed_it_by_name_counts_as_told() -> None:
    why = "not in the recording: IMU stamped 123 ns"
    assert told(Difference(7, 70, why, Cause.MISSING), Difference(8, 80, "", Cause.UNKNOWN))
    assert not told()
    assert not told(Difference(8, 80, why, Cause.MISSING))
    assert not told(Difference(7, 71, why, Cause.MISSING)), "that of another process"
    assert not told(Difference(7, 70, "IMU stamped 124 ns", Cause.MISSING))
    assert not told(Difference(6, 60, "", Cause.DIFFERS), Difference(7, 70, why, Cause.MISSING))


def test_what_is_no_record_is_left_out(bag: Path, tmp_path: Path) -> None:
    def damage(_: int, message: Message) -> Message:
        first = message.topic.name == TRACE.name and message.sequence == 50
        return message._replace(data=message.data[:-8]) if first else message

    whole, opened = open_bag(bag), open_bag(rewritten(bag, tmp_path / "damaged", damage))
    contract = contract_of(whole)
    assert contract_of(opened) == contract
    assert CONTRACT.name.startswith("/inference")
    assert len(traced(opened, contract)) == len(traced(whole, contract)) - 1
