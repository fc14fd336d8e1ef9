"""The simulated hardware on its stand, as the doctor would observe it; without ROS.

What inference and safety say, who publishes what, and the processor's load are those of a robot on
which all is well: only sensors and wheels are simulated here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.samples import DepthSample, ImageSample, ImuSample, Sample
from ballbot_fusion.core.samples import Source as From
from ballbot_fusion.core.topic_names import EFFORTS, image_topics, info_topic
from ballbot_fusion.core.wheel_joints import WheelJoints
from ballbot_fusion.doctor.observed import (
    IMU,
    JOINTS,
    Endpoint,
    Observed,
    Processor,
    Recording,
    Stream,
    wanted,
)
from ballbot_fusion.doctor.stimuli import (
    COVERS,
    LIFT,
    MOTORS,
    MOTORS_OFF,
    TILT,
    TORQUE_SHARE,
    TURNS,
)
from ballbot_fusion.simulation import hardware
from ballbot_fusion.simulation.driver_side import DriverSide
from ballbot_fusion.simulation.hand import NOTHING, Hand
from ballbot_fusion.simulation.rendering.cameras import Cameras
from ballbot_fusion.simulation.rendering.rays import RayRenderer
from ballbot_fusion.simulation.sensors.noise import stream
from ballbot_fusion.simulation.simulation import STEP_NS, Simulation
from ballbot_fusion.simulation.terrain import make_terrain

EPOCH_NS = 1_700_000_000_000_000_000
"""System time at which the simulation begins."""
SIZE = (212, 120)
"""Of the images: half of what the simulated hardware sends."""
REST_S = 1.5
WAKES_NS = 100_000
"""How long a process may take to wake for a message, ns: none comes on the grid of steps."""
WAKING = 223  # purpose of a random stream, beside those of the simulation


@dataclass
class _Heard:
    """Streams by source as they grow."""

    stamps: dict[From, list[int]] = field(default_factory=dict)
    arrivals: dict[From, list[int]] = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)

    def add(self, sample: Sample, arrival_ns: int, *, kept: bool = True) -> None:
        self.stamps.setdefault(sample.source, []).append(sample.stamp_ns)
        self.arrivals.setdefault(sample.source, []).append(arrival_ns)
        if kept:
            self.samples.append(sample.arrived(arrival_ns))


class Rig:
    """One robot on its stand."""

    def __init__(self, hidden: RobotConfig, owner: RobotConfig, seed: int) -> None:
        """Build the robot ``hidden``, which ``owner`` describes."""
        self._hidden, self._owner, self._seed = hidden, owner, seed
        terrain, errors = make_terrain("flat", seed), hardware.errors("ideal")
        self._latency_ns = round(errors.depth.latency_s * 1e9)
        self._simulation = Simulation(hidden, terrain, seed=seed, settings=errors)
        self._cameras = Cameras(
            hidden, RayRenderer(hidden, terrain), seed=seed, settings=errors, size=SIZE
        )
        self._drivers = DriverSide(hardware.drivers(), seed)
        self._wakes = stream(seed, WAKING)
        self._hand = Hand(self._simulation)
        self._true, self._told = WheelJoints.of(hidden), WheelJoints.of(owner)

    def examined(self) -> Observed:
        """Return what the doctor observes at rest, and of everything that it asks for."""
        rest = self._heard(REST_S, every=8)
        moved: dict[str, Recording] = {TILT: self._asked(TILT, 2.4)}
        moved[LIFT] = self._asked(LIFT, 2.4)
        moved |= {name: self._asked(name, 1.8) for name in TURNS}
        moved |= {name: self._covered(number) for number, name in enumerate(COVERS)}
        moved[MOTORS_OFF] = tuple(self._heard(0.3, every=0).samples)
        moved |= {name: self._spun(wheel) for wheel, name in enumerate(MOTORS)}
        return Observed(
            self._owner, self._streams(rest), EFFORTS, said=_said(), processor=Processor(2, 0.5),
            moved=moved,
        )  # fmt: skip

    def _asked(self, name: str, seconds: float) -> Recording:
        self._hand.begin(name)
        return tuple(self._heard(seconds, every=6 if name in (TILT, LIFT) else 0).samples)

    def _covered(self, number: int) -> Recording:
        """A hand before a camera: nothing is measured."""
        heard = self._heard(0.2, every=1)
        source = From(From.CAMERA_0 + number)
        return tuple(
            DepthSample(
                s.source, s.stamp_ns, s.arrival_ns, np.zeros_like(s.image), s.encoding, s.frame_id,
                s.intrinsics,
            )
            if isinstance(s, DepthSample) and s.source is source
            else s
            for s in heard.samples
        )  # fmt: skip

    def _spun(self, wheel: int) -> Recording:
        """A little torque for one motor, told as the owner's file has it."""
        self._heard(0.7, every=0, effort=lambda: self._braked())
        torque = TORQUE_SHARE * self._owner.wheels.max_torque
        asked = [torque if k == wheel else 0.0 for k in range(3)]
        told = self._told.commanded((asked[0], asked[1], asked[2]))
        x, y, z = (a * b for a, b in zip(told, self._true.per_unit, strict=True))
        return tuple(self._heard(0.5, every=0, effort=lambda: (x, y, z)).samples)

    def _braked(self) -> Vector:
        """Somebody stops the wheels by hand before the next motor."""
        u, v, w = (-0.02 * speed for speed in self._simulation.data.actuator_velocity.tolist())
        return u, v, w

    def _heard(
        self, seconds: float, *, every: int, effort: Callable[[], Vector] = lambda: NOTHING
    ) -> _Heard:
        """Let time pass; of the frames every so many-th is rendered, of all stamps are known."""
        heard, frames = _Heard(), 0
        shown: Sequence[ImageSample] = ()
        for _ in range(round(seconds * 1e9 / STEP_NS)):
            a, b, c = (x + y for x, y in zip(self._hand.move(), effort(), strict=True))
            now_ns = self._simulation.time_ns + STEP_NS
            taken = self._simulation.step((a, b, c))
            for sample in self._drivers.published(taken, now_ns):
                woken_ns = round(self._wakes.uniform(0.0, WAKES_NS))
                sent = _stamped(sample, EPOCH_NS + sample.stamp_ns)
                heard.add(sent, EPOCH_NS + now_ns + woken_ns)
            snapshot = self._simulation.camera_snapshot_due()
            if snapshot is None or not every:
                continue
            kept = frames % every == 0
            shown = self._cameras.render(snapshot) if kept else shown
            frames += 1
            for image in shown:
                fresh = _stamped(image, EPOCH_NS + snapshot.stamp_ns)
                heard.add(fresh, fresh.stamp_ns + self._latency_ns, kept=kept)
        return heard

    def _streams(self, rest: _Heard) -> dict[str, Stream]:
        topics = {From.IMU: IMU, From.ENCODERS: JOINTS, **image_topics(self._owner)}
        source_of = {topic: source for source, topic in topics.items()}
        source_of |= {info_topic(topic): s for s, topic in image_topics(self._owner).items()}
        found = {}
        for name, kind in wanted(self._owner, EFFORTS).items():
            source = source_of.get(name)
            driver = Endpoint("driver", kind, reliable=True, latched=False)
            ours = tuple(
                Endpoint(node, kind, reliable=False, latched=False) for node in _listeners(source)
            )
            if source is None:
                safety = Endpoint("safety", kind, reliable=True, latched=False)
                found[name] = Stream(f"/{name}", kind, (safety,), (driver,))
                continue
            samples = tuple(s for s in rest.samples if s.source is source)
            if name == info_topic(name):
                samples = ()
            frames = {s.frame_id for s in samples if isinstance(s, ImuSample | ImageSample)}
            found[name] = Stream(
                f"/{name}", kind, (driver,), ours, tuple(rest.stamps[source]),
                tuple(rest.arrivals[source]), frozenset(frames), samples,
            )  # fmt: skip
        return found


def _stamped(sample: Sample, stamp_ns: int) -> Sample:
    fresh = sample.arrived(sample.arrival_ns)
    fresh.__dict__["stamp_ns"] = stamp_ns
    return fresh


def _listeners(source: From | None) -> tuple[str, ...]:
    return ("inference", "safety") if source in (From.IMU, From.ENCODERS) else ("inference",)


LATE = 0.187
"""Share of late ticks beside the simulated hardware, in real time (docs/results/hardware.json)."""


def _said() -> tuple[dict[str, dict[str, str]], ...]:
    """What inference and safety say of themselves while all is well, 10 s apart."""
    scheduling = {"scheduling": "real time, priority 20"}
    return tuple(
        {
            "inference": {
                "ticks": str(200 * s), "late_ticks": str(round(LATE * 200 * s)),
                "rate_hz": "200.0",
                "time_ns": str(s * 10**9), **scheduling,
            },
            "safety": scheduling,
        }
        for s in (10, 20)
    )  # fmt: skip
