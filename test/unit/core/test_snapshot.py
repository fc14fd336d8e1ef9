"""The state of a tick written down and restored: it goes on bit for bit as the original."""

from collections.abc import Iterator
from dataclasses import replace
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.core.streams import (
    EPOCH_NS,
    MS,
    PERIOD_NS,
    ROBOT,
    START_NS,
    Rig,
    command,
    motors,
    start,
    ticks,
    warm,
)

from ballbot_fusion.core.samples import InstructionSample, Sample, Source
from ballbot_fusion.core.sensing import Sensing
from ballbot_fusion.core.snapshot import decode, encode, restored
from ballbot_fusion.core.spec import BALANCE_KEYS, DEPLOYED_KEYS, ObservationSpec
from ballbot_fusion.core.synchronizer import Jump
from ballbot_fusion.core.tick import Tick, tick
from ballbot_fusion.core.tick_state import TickState
from ballbot_fusion.core.trace import Consumed, reference_numbers

JUMP_NS = START_NS + 333 * MS
KEYS = [{"rgbd_0": "rgbd_stack_0", "rgbd_1": "rgbd_stack_1"}.get(key, key) for key in DEPLOYED_KEYS]
SENSING = Sensing(ObservationSpec.of([*KEYS, "vel_history"]), ROBOT)
"""All that a tick may remember."""


def spoilt(sample: Sample) -> list[Sample]:
    """A stream with losses, nonsense, a camera that stops and a robot that turns."""
    number = sample.stamp_ns // MS
    if sample.source is Source.IMU and number % 7 == 0:
        return [replace(sample, angular_velocity=(nan, 0.0, 0.0))]
    if sample.source is Source.IMU:
        return [replace(sample, orientation=None, angular_velocity=(0.1, number % 3 * 0.2, 0.3))]
    if sample.source is Source.ENCODERS:
        return [] if number % 11 == 0 else [replace(sample, velocity=(1.0, -0.3, number % 5 * 0.1))]
    return [] if sample.source is Source.CAMERA_1 and number % 500 > 300 else [sample]


RIG = Rig(lambda taken: EPOCH_NS - (90 * MS if taken > JUMP_NS else 0), spoilt)


def history(number: int, state: TickState | None = None) -> Iterator[tuple[list[Sample], Tick]]:
    """So many ticks of a robot with a rough life, and the samples that they consumed."""
    state = state or start()
    for _ in range(number):
        now_ns = state.now_ns + PERIOD_NS
        samples = RIG.between(state.now_ns, now_ns)
        samples.append(motors(7, now_ns, effort=(0.1, state.now_ns % 1000 * 1e-3, 0.3)))
        if now_ns // MS % 100 == 0:
            samples.append(command(now_ns, (0.3, -0.1, 0.2)))
        result = tick(SENSING, state, samples, now_ns)
        yield samples, result
        state = result.state


HISTORY = list(history(100))
RECORDING = {Consumed.of(sample): sample for samples, _ in HISTORY for sample in samples}
MEMORY = (0.25, -1.5, 3e-9)
NUMBERS = encode(HISTORY[60][1].state, MEMORY)


def numbers_of(result: Tick) -> tuple:
    images = [v.tobytes() for v in result.observation.values()]
    return result.mask.tobytes(), result.reasons, result.sources, result.estimate, images


@pytest.mark.parametrize("begin", [0, 1, 10, 40, 66, 67, 68, 69, 70, 85])
def test_a_restored_state_goes_on_bit_for_bit(begin):
    """At the start, amid the camera's death, around the jump of the clock."""
    numbers = encode(HISTORY[begin][1].state)
    state = restored(decode(numbers), SENSING, RECORDING.get)
    assert encode(state) == numbers
    for samples, original in HISTORY[begin + 1 :]:
        result = tick(SENSING, state, samples, original.state.now_ns)
        assert numbers_of(result) == numbers_of(original)
        assert result.fresh == original.fresh
        state = result.state
    assert encode(state) == encode(HISTORY[-1][1].state)


def test_a_restored_state_is_the_one_that_was_encoded():
    for _, result in HISTORY[::9]:
        state = restored(decode(encode(result.state)), SENSING, RECORDING.get)
        assert state.sync == result.state.sync
        assert state.estimate == result.state.estimate
        assert state._replace(images=()) == result.state._replace(images=())
        for one, other in zip(state.images, result.state.images, strict=True):
            assert (one is None) == (other is None)
            assert one is None or one.tobytes() == other.tobytes()


def test_the_history_is_rough_enough():
    """Jumps in doubt, refusals and recoveries are among what was restored above."""
    states = [result.state for _, result in HISTORY]
    assert any(state.sync.rebased_ns != START_NS for state in states)
    assert any(state.sync.offset_ns != state.sync.previous_offset_ns for state in states)
    assert any(channel.defect_ns for channel in states[-1].sync.channels)
    assert any(state.images[1] is not None for state in states)


def test_jumps_in_doubt_come_back():
    state = warm()
    doubt = (
        Jump(Source.IMU, -(10**15) - 1, START_NS, 10**15 + 3),
        Jump(Source.CAMERA_1, 10**18 + 1, START_NS + 1, -(10**18) - 3),
    )
    state = state._replace(sync=state.sync._replace(jumps=doubt))
    assert decode(encode(state)).state.sync.jumps == doubt


def test_images_that_the_spec_lacks_are_not_made():
    sensing = Sensing(ObservationSpec.of(BALANCE_KEYS), ROBOT)
    *_, last = ticks(Rig(), 0.1, sensing=sensing)
    held = {Consumed.of(c.sample): c.sample for c in last.state.sync.channels if c.sample}
    state = restored(decode(encode(last.state)), sensing, held.get)
    assert state == last.state


def test_a_sample_that_the_recording_lacks_is_named():
    with pytest.raises(LookupError, match=r"lacks the IMU sample.*Begin at a later snapshot"):
        restored(decode(NUMBERS), SENSING, lambda _: None)


@pytest.mark.parametrize("length", range(len(NUMBERS)))
def test_a_snapshot_that_is_cut_short_is_refused(length):
    with pytest.raises(ValueError, match=r".+"):
        decode(NUMBERS[:length])


def test_a_snapshot_that_goes_on_is_refused():
    with pytest.raises(ValueError, match=f"found {len(NUMBERS) + 1}"):
        decode([*NUMBERS, 0.0])


@pytest.mark.parametrize("version", [0.0, 4.0, nan, inf, 1.5])
def test_another_format_is_refused(version):
    with pytest.raises(ValueError, match=r"format|integer"):
        decode([version, *NUMBERS[1:]])


CALCULATED = 4 + 5 * 3 + 4 * 2 + 3 + 7
"""Attitude, vectors, what is level and what a raw IMU needs: any doubles. Then four times, history,
stacks and memory."""
MOMENTS = len(HISTORY[60][1].state.history)
BEHIND = [frame for frames in HISTORY[60][1].state.earlier for frame in frames]
MEMORIES = len(NUMBERS) - len(MEMORY)
STACKS = MEMORIES - 1 - 2 - sum(len(reference_numbers(Consumed.of(frame))) for frame in BEHIND)
VELOCITIES = {STACKS - 6 * moment - k for moment in range(MOMENTS) for k in (1, 2, 3)}
END = STACKS - 6 * MOMENTS - 1 - 4 * 2
SAID = set(range(END - CALCULATED - 3, END - CALCULATED))
"""What was commanded, the last of what is held."""
DOUBLES = VELOCITIES | SAID | set(range(END - CALCULATED, END)) | set(range(MEMORIES, len(NUMBERS)))
INTEGERS = set(range(len(NUMBERS))) - DOUBLES


def test_there_are_a_history_stacks_and_a_memory_to_be_damaged():
    assert MOMENTS > 30
    assert len(BEHIND) > 3
    assert decode(NUMBERS).memory == MEMORY


def test_what_was_said_needs_no_recording():
    words = np.linspace(-1.0, 1.0, 5, dtype=np.float32)
    told = InstructionSample(Source.INSTRUCTION, 3, 4, words)
    channels = list(HISTORY[60][1].state.sync.channels)
    channels[Source.INSTRUCTION] = channels[Source.INSTRUCTION]._replace(sample=told)
    state = HISTORY[60][1].state
    state = state._replace(sync=state.sync._replace(channels=tuple(channels)))
    snapshot = decode(encode(state))
    assert {named.source for named in snapshot.held} == set(Source) - {
        Source.COMMAND, Source.INSTRUCTION
    }  # fmt: skip
    assert snapshot.state.sync.channels[Source.COMMAND] == channels[Source.COMMAND]
    found = snapshot.state.sync.channels[Source.INSTRUCTION].sample
    assert Consumed.of(found) == Consumed.of(told)
    assert found.embedding.tobytes() == words.tobytes()


def test_a_frame_of_a_stack_that_the_recording_lacks_is_named():
    oldest = Consumed.of(BEHIND[-1])
    with pytest.raises(LookupError, match=f"CAMERA_1 sample stamped {oldest.stamp_ns} ns"):
        restored(decode(NUMBERS), SENSING, lambda c: None if c == oldest else RECORDING.get(c))


@pytest.mark.parametrize("position", sorted(INTEGERS))
@pytest.mark.parametrize("damage", [nan, inf, 0.5])
def test_numbers_that_should_be_integers_are_checked(position, damage):
    damaged = [*NUMBERS[:position], damage, *NUMBERS[position + 1 :]]
    with pytest.raises(ValueError, match=r".+"):
        decode(damaged)


@given(st.integers(0, len(NUMBERS) - 1), st.floats())
def test_any_damage_gives_a_snapshot_or_a_value_error(position, damage):
    try:
        snapshot = decode([*NUMBERS[:position], damage, *NUMBERS[position + 1 :]])
    except ValueError:
        return
    assert len(snapshot.state.sync.channels) == len(Source)
