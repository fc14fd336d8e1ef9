"""The simulated hardware as `ballbot calibrate` hears it; without ROS."""

from collections.abc import Sequence

from ballbot_fusion.calibration.steps import STEPS, TURN_RATE
from ballbot_fusion.core.command import CommandLimits
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.safety_settings import SafetySettings
from ballbot_fusion.core.samples import Sample
from ballbot_fusion.evaluation.calibration.planted import Planted
from ballbot_fusion.evaluation.closed_loop import ClosedLoop, SafetyDriver
from ballbot_fusion.evaluation.drivers import LqrDriver
from ballbot_fusion.simulation.driver_side import DriverSettings, DriverSide
from ballbot_fusion.simulation.hand import Hand
from ballbot_fusion.simulation.plant import Plant
from ballbot_fusion.simulation.simulation import Simulation
from ballbot_fusion.simulation.terrain import make_terrain

RATE_HZ = 200
SETTLES_S = 5.0
"""Balanced for so long before it is listened to."""


class HardwarePlant(Plant):
    """A plant whose samples come as drivers send them; it keeps what it has sent."""

    def __init__(self, simulation: Simulation, seed: int) -> None:
        """Put drivers between ``simulation`` and whoever listens."""
        super().__init__(simulation, None, RATE_HZ)
        self._drivers = DriverSide(DriverSettings(), seed)
        self._hand = Hand(simulation)
        self.heard: list[Sample] = []

    def advance(self, effort: Sequence[float], echo: Sequence[Sample] = ()) -> list[Sample]:
        """As a plant; the hand does what it was asked for meanwhile."""
        samples: list[Sample] = []
        for _ in range(self.steps):
            hand = self._hand.move()
            torques = [a + b for a, b in zip(effort, hand, strict=True)]
            taken = self.simulation.step(torques)
            sent = self._drivers.published(taken, self.time_ns)
            samples += [sample.arrived(self.time_ns) for sample in sent]
        self.heard += samples
        return [*samples, *(sample.arrived(self.time_ns) for sample in echo)]

    def ask(self, name: str) -> None:
        """Ask the hand for something."""
        self._hand.begin(name)


def _standing(plant: HardwarePlant, seconds: float) -> list[Sample]:
    """Let time pass with the motors off; return what was heard."""
    plant.heard = []
    for _ in range(round(seconds * RATE_HZ)):
        plant.advance((0.0, 0.0, 0.0))
    return plant.heard


def _balancing(
    plant: HardwarePlant, owner: RobotConfig, seconds: float, turn_rate: float
) -> list[Sample]:
    """Let the classical controller of the owner's file balance; return what was heard."""

    def command(at_s: float) -> Vector:
        return (0.0, 0.0, turn_rate if at_s > SETTLES_S else 0.0)

    loop = ClosedLoop(
        plant, LqrDriver(owner, RATE_HZ, CommandLimits()),
        SafetyDriver(owner, RATE_HZ, SafetySettings()), command,
    )  # fmt: skip

    loop.run(SETTLES_S)
    plant.heard = []
    loop.run(SETTLES_S + seconds)
    return plant.heard


def heard(
    planted: Planted,
    owner: RobotConfig,
    step: str,
    seed: int,
    *,
    distance: float = 0.0,
    turn: bool = False,
    drivetrain: str = "ideal",
) -> list[Sample]:
    """Return what is heard of a robot during one step, in the order of arrival.

    Args:
        planted: what it is.
        owner: what its file says so far.
        step: one of STEPS.
        seed: of noise and biases; the biases stay where the seed does.
        distance: of a push, m.
        turn: whether it turns while it balances.
        drivetrain: how wheel torques reach the ball.
    """
    asked = STEPS[step]
    simulation = Simulation(
        planted.robot, make_terrain("flat", seed), seed=seed, settings=planted.errors,
        drivetrain=drivetrain,
    )  # fmt: skip
    plant = HardwarePlant(simulation, seed)
    if asked.balances:
        return _balancing(plant, owner, asked.seconds, TURN_RATE if turn else 0.0)
    if asked.asks:
        plant.ask(asked.asked(distance))
        _standing(plant, asked.lead_s)
    return _standing(plant, asked.seconds)
