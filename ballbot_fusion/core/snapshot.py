"""The state of a tick as a list of numbers: replay may begin in the middle of a recording.

Sensors' samples and images are not in it: each sample that is still held is named by stamp, arrival
and content hash, and found in the recording; images follow from the samples. What was commanded or
said is in it, for it may have been so long before the recording began.

The memory of a recurrent policy goes along, for the runtime to ``recall``: with the state, it is
all that the ticks to come depend on.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.channel import Channel
from ballbot_fusion.core.estimator import Estimate
from ballbot_fusion.core.frame_stack import STACKS, stacked
from ballbot_fusion.core.inertial import Inertial
from ballbot_fusion.core.level import Level, Pair
from ballbot_fusion.core.numbers import NumberReader, time_numbers
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.rotation import Quaternion, Vector
from ballbot_fusion.core.samples import (
    CommandSample,
    ImageSample,
    InstructionSample,
    Sample,
    Source,
)
from ballbot_fusion.core.sensing import IMAGE_SOURCES, Sensing
from ballbot_fusion.core.synchronizer import Jump, Synchronizer
from ballbot_fusion.core.tick_images import image_of
from ballbot_fusion.core.tick_state import Images, TickState
from ballbot_fusion.core.trace import Consumed, read_reference, reference_numbers
from ballbot_fusion.core.velocity_history import Moment

FORMAT = 6
"""First number of every snapshot; raise it when the layout changes."""
Find = Callable[[Consumed], Sample | None]
"""Finds a sample in a recording; None when it is not there."""


class Snapshot(NamedTuple):
    """A decoded snapshot."""

    state: TickState
    """Complete but for the sensors' samples that the channels hold and the images."""
    held: tuple[Consumed, ...]
    """Those samples, at most one of each sensor."""
    earlier: tuple[tuple[Consumed, ...], ...] = ((), ())
    """Frames that are stacked behind them, newest first, by camera."""
    memory: tuple[float, ...] = ()
    """What a recurrent policy remembered after the tick."""


def encode(state: TickState, memory: Sequence[float] = ()) -> list[float]:
    """Write down ``state``, and the policy's memory. Layout: that of ``decode``."""
    sync, estimate = state.sync, state.estimate
    numbers = [float(FORMAT), *time_numbers(state.now_ns)]
    for time_ns in (
        sync.offset_ns, sync.previous_offset_ns, sync.rebased_ns, sync.rebased_offset_ns
    ):  # fmt: skip
        numbers += time_numbers(time_ns)
    numbers.append(float(len(sync.jumps)))
    for source, *times_ns in sync.jumps:
        numbers.append(float(source))
        for time_ns in times_ns:
            numbers += time_numbers(time_ns)
    for channel in sync.channels:
        numbers += _channel_numbers(channel)
    held = [channel.sample for channel in sync.channels if channel.sample is not None]
    numbers.append(float(len(held)))
    for sample in held:
        numbers += reference_numbers(Consumed.of(sample))
        said = _said(sample)
        numbers += (float(len(said)), *said)
    level = estimate.level
    pairs = (level.bias, level.slope, level.tipping, level.rolling)
    for part in (estimate.attitude, *_vectors(estimate), state.command, *pairs, level.torque):
        numbers += part
    inertial = estimate.inertial
    numbers += (*inertial.bias, *inertial.velocity, inertial.still_s, inertial.slipped_s)
    for time_ns in (estimate.imu_ns, estimate.encoders_ns, level.motors_ns, level.stepped_ns):
        numbers += time_numbers(time_ns)
    numbers.append(float(len(state.history)))
    for moment in state.history:
        numbers += (*time_numbers(moment.time_ns), float(moment.trusted), *moment.velocity)
    for frames in state.earlier:
        numbers.append(float(len(frames)))
        for frame in frames:
            numbers += reference_numbers(Consumed.of(frame))
    return [*numbers, float(len(memory)), *memory]


def _said(sample: Sample) -> Sequence[float]:
    """All that a sample says which no sensor measured; nothing for any other."""
    if isinstance(sample, CommandSample):
        return sample.velocity
    if isinstance(sample, InstructionSample):
        values: list[float] = sample.embedding.tolist()
        return values
    return ()


def _read_held(reader: NumberReader) -> tuple[Consumed, Sample | None]:
    """Read what a channel held, and the sample itself if somebody said it."""
    named = read_reference(reader)
    said = reader.floats(reader.count())
    times = (named.source, named.stamp_ns, named.arrival_ns)
    if named.source is Source.COMMAND and len(said) == 3:
        x, y, yaw = said
        return named, CommandSample(*times, (x, y, yaw))
    if named.source is Source.INSTRUCTION:
        return named, InstructionSample(*times, np.array(said, np.float32))
    return named, None


def _vectors(estimate: Estimate) -> tuple[Vector, ...]:
    return (estimate.rate, estimate.velocity, estimate.wheel_speeds, estimate.position)


def _channel_numbers(channel: Channel) -> list[float]:
    seen_ns = channel.seen_stamp_ns
    counts = (seen_ns is not None, channel.good, channel.valid, channel.defect, channel.received)
    numbers = list(map(float, counts))
    for time_ns in (
        seen_ns or 0,
        channel.taken_ns,
        channel.seen_arrival_ns,
        channel.changed_ns,
        channel.defect_ns,
        channel.silence_ns,
        channel.least_ns,
    ):
        numbers += time_numbers(time_ns)
    return numbers


def decode(numbers: Sequence[float]) -> Snapshot:
    """Read what ``encode`` wrote.

    Raises:
        ValueError: the numbers are not a snapshot of this format.
    """
    reader = NumberReader(numbers, "The snapshot")
    if (found := reader.integer()) != FORMAT:
        raise ValueError(
            f"The snapshot has format {found}, expected {FORMAT}. Replay it with the version of "
            "ballbot_fusion that recorded it."
        )
    now_ns, offset_ns, previous_ns, rebased_ns, rebased_offset_ns = (
        reader.time() for _ in range(5)
    )
    jumps = tuple(
        Jump(Source(reader.integer()), reader.time(), reader.time(), reader.time())
        for _ in range(reader.count())
    )
    channels = [_read_channel(reader) for _ in Source]
    held = tuple(_read_held(reader) for _ in range(reader.count()))
    attitude: Quaternion = reader.floats(4)  # type: ignore[assignment]
    rate, velocity, speeds, position, command = (_read_vector(reader) for _ in range(5))
    bias, slope, tipping, rolling = (_read_pair(reader) for _ in range(4))
    torque = _read_vector(reader)
    drift, moving = _read_vector(reader), _read_pair(reader)
    inertial = Inertial(drift, moving, *_read_pair(reader))
    imu_ns, encoders_ns, motors_ns, stepped_ns = (reader.time() for _ in range(4))
    level = Level(bias, slope, tipping, rolling, torque, motors_ns, stepped_ns)
    estimate = Estimate(
        attitude, rate, velocity, speeds, position, imu_ns, encoders_ns, level, inertial
    )
    history = tuple(_read_moment(reader) for _ in range(reader.count()))
    earlier = tuple(tuple(read_reference(reader) for _ in range(reader.count())) for _ in range(2))
    memory = reader.floats(reader.count())
    reader.finish()
    for named, said in held:
        if said is not None:
            channels[named.source] = channels[named.source]._replace(sample=said)
    sync = Synchronizer(
        tuple(channels), offset_ns, previous_ns, rebased_ns, rebased_offset_ns, jumps
    )
    state = TickState(sync, estimate, command, (None, None), now_ns, history=history)
    measured = tuple(named for named, said in held if said is None)
    return Snapshot(state, measured, earlier, memory)


def _read_vector(reader: NumberReader) -> Vector:
    x, y, z = reader.floats(3)
    return (x, y, z)


def _read_moment(reader: NumberReader) -> Moment:
    time_ns, trusted = reader.time(), reader.integer()
    return Moment(time_ns, _read_vector(reader), bool(trusted))


def _read_pair(reader: NumberReader) -> Pair:
    x, y = reader.floats(2)
    return (x, y)


def _read_channel(reader: NumberReader) -> Channel:
    was_seen, good, valid, defect, received = (reader.integer() for _ in range(5))
    seen_ns, taken_ns, arrival_ns, changed_ns, defect_ns, silence_ns, least_ns = (
        reader.time() for _ in range(7)
    )
    return Channel(
        taken_ns=taken_ns,
        seen_stamp_ns=seen_ns if was_seen else None,
        seen_arrival_ns=arrival_ns,
        changed_ns=changed_ns,
        good=good,
        valid=bool(valid),
        defect=Reason(defect),
        defect_ns=defect_ns,
        received=received,
        silence_ns=silence_ns,
        least_ns=least_ns,
    )


def restored(snapshot: Snapshot, sensing: Sensing, find: Find) -> TickState:
    """Complete a snapshot with the samples of a recording: the very state that was encoded.

    Raises:
        LookupError: a sample that the state holds is not in the recording.
    """
    channels = list(snapshot.state.sync.channels)
    for wanted in snapshot.held:
        sample = _found(wanted, find)
        channels[wanted.source] = channels[wanted.source]._replace(sample=sample)
    sync = snapshot.state.sync._replace(channels=tuple(channels))
    first, second = (
        tuple(frame for wanted in of if isinstance(frame := _found(wanted, find), ImageSample))
        for of in snapshot.earlier
    )
    state = snapshot.state._replace(sync=sync, earlier=(first, second))
    return state._replace(images=_images(sensing, state))


def _found(wanted: Consumed, find: Find) -> Sample:
    sample = find(wanted)
    if sample is None:
        raise LookupError(
            f"The recording lacks the {wanted.source.name} sample stamped {wanted.stamp_ns} ns "
            "that the snapshot holds. Begin at a later snapshot."
        )
    return sample


def _images(sensing: Sensing, state: TickState) -> Images:
    """Bring the frames that ``state`` holds into the policy's form, as their ticks did."""
    images: dict[Source, NDArray[np.float32]] = {}
    for entry in sensing.spec.images:
        source = IMAGE_SOURCES[entry.key]
        frame = state.sync.channels[source].sample
        if not isinstance(frame, ImageSample):
            continue
        images[source] = image_of(sensing, entry, frame)
        if entry.key in STACKS:
            stack = None
            for older in reversed(state.earlier[source - Source.CAMERA_0]):
                stack = stacked(image_of(sensing, entry, older), stack)
            images[source] = stacked(images[source], stack)
    return images.get(Source.CAMERA_0), images.get(Source.CAMERA_1)
