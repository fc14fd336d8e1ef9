"""The way from all sensors to their readers, with an episode's faults in it."""

from collections.abc import Callable, Sequence
from itertools import zip_longest

import numpy as np

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import Sample, Source
from ballbot_fusion.core.tables import load_entry
from ballbot_fusion.simulation.faults.fault import CAMERAS, Effect, Fault, FaultPlan
from ballbot_fusion.simulation.sensors.noise import stream
from ballbot_fusion.simulation.settings import SimulationSettings

FAULTS = {
    "missing": "ballbot_fusion.simulation.faults.missing",
    "never": "ballbot_fusion.simulation.faults.never",
    "slow": "ballbot_fusion.simulation.faults.slow",
    "intermittent": "ballbot_fusion.simulation.faults.intermittent",
    "queued": "ballbot_fusion.simulation.faults.queued",
    "late": "ballbot_fusion.simulation.faults.late",
    "jitter": "ballbot_fusion.simulation.faults.jitter",
    "frozen": "ballbot_fusion.simulation.faults.frozen",
    "equal": "ballbot_fusion.simulation.faults.equal",
    "duplicated": "ballbot_fusion.simulation.faults.duplicated",
    "burst": "ballbot_fusion.simulation.faults.burst",
    "unordered": "ballbot_fusion.simulation.faults.unordered",
    "still": "ballbot_fusion.simulation.faults.still",
    "stale": "ballbot_fusion.simulation.faults.stale",
    "future": "ballbot_fusion.simulation.faults.future",
    "noisy": "ballbot_fusion.simulation.faults.noisy",
    "nan": "ballbot_fusion.simulation.faults.nan",
    "saturated": "ballbot_fusion.simulation.faults.saturated",
    "quaternion": "ballbot_fusion.simulation.faults.quaternion",
    "no_orientation": "ballbot_fusion.simulation.faults.no_orientation",
    "frame": "ballbot_fusion.simulation.faults.frame",
    "encoding": "ballbot_fusion.simulation.faults.encoding",
    "image_size": "ballbot_fusion.simulation.faults.image_size",
    "black": "ballbot_fusion.simulation.faults.black",
    "joint_names": "ballbot_fusion.simulation.faults.joint_names",
    "joint_order": "ballbot_fusion.simulation.faults.joint_order",
    "crossed": "ballbot_fusion.simulation.faults.crossed",
    "reversed": "ballbot_fusion.simulation.faults.reversed",
    "encoder_jump": "ballbot_fusion.simulation.faults.encoder_jump",
    "rollover": "ballbot_fusion.simulation.faults.rollover",
}
"""Module with ``STREAMS`` and a function ``make(fault, settings, rng) -> Effect`` by name."""
_PURPOSE = 102  # of a random stream, beside the numbers of the sensors

Make = Callable[[Fault, SimulationSettings, np.random.Generator], Effect]


def _effect(
    fault: Fault, settings: SimulationSettings, rng: np.random.Generator, robot: RobotConfig
) -> Effect:
    module = load_entry(FAULTS, fault.kind, "fault")
    fault.only_for(module.STREAMS)
    make: Make = module.make
    return make(fault, _in_steps(settings, fault.source, robot), rng)


def _in_steps(
    settings: SimulationSettings, source: Source, robot: RobotConfig
) -> SimulationSettings:
    """Return errors by which a kind may hold each step of a depth image for a millimetre."""
    if source not in CAMERAS:
        return settings
    step_mm = robot.cameras[source - Source.CAMERA_0].depth_unit_m / 1e-3
    depth = settings.depth.model_copy(update={"noise": settings.depth.noise * step_mm})
    return settings.model_copy(update={"depth": depth})


def streams_of(kind: str) -> tuple[Source, ...]:
    """Return the streams that a kind of fault means something to.

    Raises:
        ValueError: no such kind.
    """
    found: tuple[Source, ...] = load_entry(FAULTS, kind, "fault").STREAMS
    return found


def _differs(sent: Sample | None, arrived: Sample | None) -> bool:
    if sent is arrived:
        return False
    if sent is None or arrived is None or sent.stamp_ns != arrived.stamp_ns:
        return True
    return sent.content_hash != arrived.content_hash


def differences(sent: Sequence[Sample], arrived: Sequence[Sample]) -> int:
    """Count the places in which what arrived is not what was sent, in the order of both."""
    return sum(_differs(*pair) for pair in zip_longest(sent, arrived))


class FaultLine:
    """Passes samples on, spoilt as planned. The same plan, seed and samples give the same bits."""

    def __init__(
        self,
        plan: FaultPlan,
        settings: SimulationSettings,
        seed: int,
        first: int = 0,
        robot: RobotConfig | None = None,
    ) -> None:
        """Prepare the faults; each has its own random numbers, by its place from ``first`` on.

        ``robot`` says what a step of its cameras' depth is; None: that of config/robot.yaml.

        Raises:
            ValueError: an unknown kind, or one that its stream cannot have.
        """
        self.effects = [0] * len(plan)
        """How many samples each fault kept back, changed, added or moved so far: its proof."""
        robot = robot or RobotConfig()
        self._faults = [
            (fault, _effect(fault, settings, stream(seed, _PURPOSE, number), robot))
            for number, fault in enumerate(plan, first)
        ]

    def passed(self, samples: list[Sample], now_ns: int, seconds: float | None) -> list[Sample]:
        """Return what arrives of ``samples`` at ``now_ns``, and what was on its way.

        Args:
            samples: of one control period, in order within each source.
            now_ns: when they arrive.
            seconds: that time after the stand let go, s; None while it holds.
        """
        for number, (fault, effect) in enumerate(self._faults):
            own = [sample for sample in samples if sample.source is fault.source]
            others = [sample for sample in samples if sample.source is not fault.source]
            arrived = effect(list(own), now_ns, fault.acts(seconds))
            self.effects[number] += differences(own, arrived)
            samples = [*others, *arrived]
        return samples
