"""Sensor streams as a healthy robot sends them, to be spoilt by the tests that use them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import sin

import numpy as np

from ballbot_fusion.core.planar import GRAVITY
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import (
    CommandSample,
    DepthSample,
    ImuSample,
    JointSample,
    Sample,
    Source,
)
from ballbot_fusion.core.sensing import Sensing
from ballbot_fusion.core.spec import DEPLOYED_KEYS, ObservationSpec
from ballbot_fusion.core.tick import Tick, tick
from ballbot_fusion.core.tick_state import TickState, initial_state

MS = 1_000_000
SECOND = 1000 * MS
START_NS = 50_000 * SECOND
"""Steady time at which the tests begin: a machine that has been up for half a day."""
EPOCH_NS = 1_790_000_000 * SECOND
"""ROS time minus steady time: the system's clock counts from 1970."""
PERIOD_NS = 5 * MS
PERIODS_NS = {
    Source.IMU: MS,
    Source.ENCODERS: 2 * MS,
    Source.CAMERA_0: 33 * MS,
    Source.CAMERA_1: 33 * MS,
}
SOURCES_AND_MOTORS = (*PERIODS_NS, Source.MOTORS)
LATENCIES_NS = {Source.CAMERA_0: 20 * MS, Source.CAMERA_1: 24 * MS}
ROBOT = RobotConfig()
SENSING = Sensing(ObservationSpec.of(DEPLOYED_KEYS), ROBOT)
UPRIGHT = (0.0, 0.0, GRAVITY)
T1 = START_NS + 300 * MS
"""When the tests spoil something: ``warm`` ends here."""
CAMERAS = (Source.CAMERA_0, Source.CAMERA_1)
SENSORS = (Source.IMU, Source.ENCODERS, *CAMERAS)
KEYS = {
    Source.IMU: {"orientation", "angular_vel", "vel"},
    Source.ENCODERS: {"vel", "motor_state"},
    Source.CAMERA_0: {"rgbd_0"},
    Source.CAMERA_1: {"rgbd_1"},
}
"""What of the observation comes from each sensor."""


def flicker(stamp_ns: int) -> float:
    """A little noise, different with every stamp."""
    return 1e-4 * sin(stamp_ns / 7e5)


def imu(stamp_ns: int, arrival_ns: int = 0, **changes: object) -> ImuSample:
    rate = (flicker(stamp_ns), 0.0, 0.0)
    sample = ImuSample(
        Source.IMU, stamp_ns, arrival_ns, rate, UPRIGHT, (0.0, 0.0, 0.0, 1.0), ROBOT.imu.frame_id
    )
    return replace(sample, **changes)  # type: ignore[arg-type]


def encoders(stamp_ns: int, arrival_ns: int = 0, **changes: object) -> JointSample:
    sample = JointSample(
        Source.ENCODERS, stamp_ns, arrival_ns, ROBOT.joint_names, velocity=(0.0, 0.0, 0.0)
    )
    return replace(sample, **changes)  # type: ignore[arg-type]


def motors(stamp_ns: int, arrival_ns: int = 0, **changes: object) -> JointSample:
    sample = JointSample(
        Source.MOTORS, stamp_ns, arrival_ns, ROBOT.joint_names, effort=(0.0, 0.0, 0.0)
    )
    return replace(sample, **changes)  # type: ignore[arg-type]


def depth(source: Source, stamp_ns: int, arrival_ns: int = 0, **changes: object) -> DepthSample:
    image = np.full((64, 64), 900, np.uint16)
    image[0, 0] = 500 + stamp_ns // MS % 997
    frame = ROBOT.cameras[source - Source.CAMERA_0].frame_id
    sample = DepthSample(source, stamp_ns, arrival_ns, image, "16UC1", frame)
    return replace(sample, **changes)  # type: ignore[arg-type]


def command(arrival_ns: int, velocity: tuple[float, float, float]) -> CommandSample:
    return CommandSample(Source.COMMAND, arrival_ns, arrival_ns, velocity)


def _sample(source: Source, stamp_ns: int, arrival_ns: int) -> Sample:
    if source is Source.IMU:
        return imu(stamp_ns, arrival_ns)
    if source is Source.ENCODERS:
        return encoders(stamp_ns, arrival_ns)
    if source is Source.MOTORS:
        return motors(stamp_ns, arrival_ns)
    return depth(source, stamp_ns, arrival_ns)


Edit = Callable[[Sample], Sequence[Sample]]
"""What becomes of a sample on its way: nothing, itself, something else, several."""


def moving(sample: Sample) -> Sequence[Sample]:
    """The same of a robot that drives: wheels turn, motors push, both more or less."""
    angle = 100.0 * (sample.stamp_ns - EPOCH_NS - START_NS) * 1e-9
    speed = 100.0 + 100.0 * flicker(sample.stamp_ns)
    if isinstance(sample, JointSample) and sample.source is Source.ENCODERS:
        position, velocity = (angle, -angle, 0.5 * angle), (speed, -speed, 0.5 * speed)
        return [replace(sample, position=position, velocity=velocity, effort=(0.1, -0.1, 0.0))]
    if isinstance(sample, JointSample):
        return [replace(sample, effort=(0.01 * sin(angle), 0.0, 0.01))]
    return [sample]


@dataclass
class Rig:
    """All sensors at their rates; ``ros_minus_steady`` is the clock, by steady time."""

    ros_minus_steady: Callable[[int], int] = lambda _: EPOCH_NS
    edit: Edit = lambda sample: [sample]
    sources: tuple[Source, ...] = tuple(PERIODS_NS)

    def between(self, start_ns: int, stop_ns: int) -> list[Sample]:
        """What is read at ``stop_ns`` by somebody who read last at ``start_ns``."""
        samples: list[Sample] = []
        for source in self.sources:
            period = PERIODS_NS.get(source, PERIOD_NS)
            latency = LATENCIES_NS.get(source, 200_000)
            first = -((latency - start_ns) // period)
            for number in range(first, first + (stop_ns - start_ns) // period + 2):
                taken_ns = number * period
                if start_ns < taken_ns + latency <= stop_ns:
                    stamp_ns = taken_ns + self.ros_minus_steady(taken_ns)
                    samples += self.edit(_sample(source, stamp_ns, stop_ns))
        return samples


def start() -> TickState:
    return initial_state(START_NS, -EPOCH_NS)


def ticks(
    rig: Rig,
    seconds: float,
    state: TickState | None = None,
    sensing: Sensing = SENSING,
    period_ns: int = PERIOD_NS,
) -> Iterator[Tick]:
    """Tick for so long from where ``state`` ended."""
    state = state or start()
    for _ in range(round(seconds * SECOND / period_ns)):
        now_ns = state.now_ns + period_ns
        result = tick(sensing, state, rig.between(state.now_ns, now_ns), now_ns)
        state = result.state
        yield result


def warm(rig: Rig | None = None, seconds: float = 0.3, sensing: Sensing = SENSING) -> TickState:
    """A state in which every stream is trusted."""
    *_, last = ticks(rig or Rig(), seconds, sensing=sensing)
    return last.state


def masked(results: Sequence[Tick] | Iterator[Tick]) -> dict[str, set[Reason]]:
    """Why each modality was masked in any of the ticks; those that never were are left out."""
    found: dict[str, set[Reason]] = {}
    for result in results:
        for entry, reason in zip(SENSING.spec, result.reasons, strict=True):
            if reason is not Reason.OK:
                found.setdefault(entry.key, set()).add(reason)
    return found


def taken_ns(sample: Sample) -> int:
    """When it was taken, in steady time."""
    return sample.stamp_ns - EPOCH_NS


def from_t1(source: Source, change) -> Rig:
    """Everything as it should be, but for what ``change`` makes of one source from T1 on."""

    def edit(sample: Sample) -> list[Sample]:
        spoilt = sample.source is source and taken_ns(sample) > T1
        return list(change(sample)) if spoilt else [sample]

    return Rig(edit=edit)
