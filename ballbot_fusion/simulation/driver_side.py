"""The simulated robot's drivers as those of a robot are: late, irregular, and with names of theirs.

In the profile ``hardware`` the bridge publishes nothing else.
"""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from ballbot_fusion.core.samples import JointSample, Sample, Source
from ballbot_fusion.core.settings import Settings
from ballbot_fusion.simulation.faults.delay import DelayLine
from ballbot_fusion.simulation.sensors.noise import stream
from ballbot_fusion.simulation.simulation import STEP_NS
from ballbot_fusion.simulation.velocity_driver import VelocityDriverSettings

JITTER = 211  # purpose of random streams, beside the numbers of the sensors
Late = Annotated[float, Field(ge=0.0, le=0.05)]


class DriverSettings(Settings):
    """How the drivers of the profile ``hardware`` speak."""

    imu_latency_s: Late = 0.001
    """From a measurement to its message, s."""
    joint_latency_s: Late = 0.001
    """The same of the encoders, s."""
    jitter_s: Late = 0.002
    """Largest additional delay of either, drawn evenly, s."""
    camera_jitter_s: Late = 0.005
    """The same of the cameras, whose latency is errors.depth.latency_s, s."""
    commands: Literal["effort", "velocity"] = "effort"
    """What the motors' driver takes of each joint: torques, or setpoints of a velocity loop."""
    velocity: VelocityDriverSettings = VelocityDriverSettings()
    """That loop."""
    other_joints: tuple[str, ...] = ("mast_joint",)
    """Joints of the same robot that joint_states has beside the wheels."""


class DriverSide:
    """What lies between a measurement and its message. Times are those of the simulation, ns."""

    def __init__(self, drivers: DriverSettings, seed: int) -> None:
        """Draw this run's jitter from the seed."""
        self._others = drivers.other_joints
        self._jitter_ns = drivers.jitter_s * 1e9
        latencies = {Source.IMU: drivers.imu_latency_s, Source.ENCODERS: drivers.joint_latency_s}
        self._latency_ns = {source: round(late * 1e9) for source, late in latencies.items()}
        self._lines = {source: DelayLine() for source in latencies}
        self._random = {source: stream(seed, JITTER, source) for source in latencies}

    def published(self, samples: Sequence[Sample], now_ns: int) -> list[Sample]:
        """Send ``samples`` on their way; return what is published at ``now_ns``, as it is shown."""
        return [
            self.shown(sample) if isinstance(sample, JointSample) else sample
            for sample in self.arrived(samples, now_ns)
        ]

    def arrived(self, samples: Sequence[Sample], now_ns: int) -> list[Sample]:
        """Send ``samples`` on their way; return what is published at ``now_ns``."""
        found: list[Sample] = []
        for source, line in self._lines.items():
            new = [sample for sample in samples if sample.source is source]
            jitter = self._random[source].uniform(0.0, self._jitter_ns, len(new))
            # On the grid of steps; each from when it was taken, in lockstep too, a period at once.
            late = [int(self._latency_ns[source] + j) // STEP_NS * STEP_NS for j in jitter]
            delays = [s.stamp_ns + ns - now_ns for s, ns in zip(new, late, strict=True)]
            found += line.passed(new, delays, now_ns)
        return found

    def shown(self, sample: JointSample) -> JointSample:
        """Joints as a broadcaster of the whole robot has them: others first, positions alone."""
        names = (*self._others, *sample.names[::-1])
        position = (*(0.0 for _ in self._others), *sample.position[::-1])
        return JointSample(sample.source, sample.stamp_ns, sample.arrival_ns, names, position)
