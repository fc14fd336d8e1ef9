"""One episode of the closed loop: what is run. Plain data, so that it travels."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from ballbot_fusion.core.command import CommandLimits
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.safety_settings import SafetySettings
from ballbot_fusion.core.samples import Source
from ballbot_fusion.core.spec import INSTRUCTION
from ballbot_fusion.core.tick import Tick
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.evaluation.closed_loop import ClosedLoop, CommandScript, SafetyDriver, Span
from ballbot_fusion.evaluation.drivers import Driver, LqrDriver, PolicyDriver, TeacherDriver
from ballbot_fusion.evaluation.script import Orders, Pushes, Sayings, ordered
from ballbot_fusion.evaluation.speaker import Speaker
from ballbot_fusion.simulation import hardware
from ballbot_fusion.simulation.driver_side import DriverSide
from ballbot_fusion.simulation.faults import FaultPlan
from ballbot_fusion.simulation.faults.possible import can_have
from ballbot_fusion.simulation.plant import Plant
from ballbot_fusion.simulation.policy_faults import PolicyLine, PolicyPlan
from ballbot_fusion.simulation.randomisation import Varied, varied
from ballbot_fusion.simulation.rendering.cameras import Cameras
from ballbot_fusion.simulation.rendering.select import make_renderer
from ballbot_fusion.simulation.settings import SimulationSettings
from ballbot_fusion.simulation.simulation import GroundTruth, Simulation
from ballbot_fusion.simulation.terrain import make_terrain
from ballbot_fusion.simulation.velocity_driver import VelocityDriver, VelocityDriverSettings

LQR = "lqr"
"""The classical controller in the policy's place."""
TEACHER = "teacher"
"""The teacher of the policies, which knows the true state."""
NO_FILES = (LQR, TEACHER)
"""Names of policies that are no files."""
CLASSICAL_RATE_HZ = 200
MASK, SIGHT = "mask", "sight"
ABLATIONS = (MASK, SIGHT)
"""What a policy may be robbed of: ``MASK`` tells it that nothing is ever masked; with ``SIGHT`` its
cameras see flat ground, whatever is there."""


POLICY_SIZE = (64, 64)
"""Of depth images, width and height: what policies see, so that nothing has to be scaled."""
Steer = Callable[[GroundTruth], Vector]
"""An operator: commanded vx, vy [m/s], yaw rate [rad/s] for a true state."""


@dataclass(frozen=True)
class Scenario:
    """What determines an episode, bit for bit."""

    policy: str
    """Path of a policy file, or one of ``NO_FILES``."""
    terrain: str = "flat"
    seed: int = 0
    seconds: float = 60.0
    velocity: Vector | None = None
    """Constant command after release: vx, vy [m/s], yaw rate [rad/s]; None: nobody commands."""
    orders: Orders = ()
    """Commands that change, instead of ``velocity``."""
    pushes: Pushes = ()
    noise: bool = True
    faults: FaultPlan = ()
    """What goes wrong with the sensors, and when."""
    policy_faults: PolicyPlan = field(default=(), repr=False)
    """What goes wrong with the policy itself, and when."""
    stop: Span | None = field(default=None, repr=False)
    """From when until when the emergency stop is pressed, s after the stand let go."""
    randomise: bool = False
    """Simulate a robot that differs from ``robot``, drawn from the seed; nobody is told."""
    cameras: bool = True
    renderer: str = "rays"
    drivetrain: str = "ideal"
    """How wheel torques reach the ball; see simulation/drivetrains."""
    ablate: str | None = None
    """One of ``ABLATIONS``; it changes policies that are files, and nothing else."""
    errors: SimulationSettings | None = field(default=None, repr=False)
    """Of sensors and motors, instead of ``noise``; None: the default ones."""
    velocity_driver: VelocityDriverSettings | None = field(default=None, repr=False)
    """The driver that takes the motors' commands as velocities; None: it takes torques."""
    hardware: bool = field(default=False, repr=False)
    """Simulate what hardware.launch.py does, of which ``robot`` is the owner's file."""
    case: str = ""
    """What a suite calls it."""
    robot: RobotConfig = field(default_factory=RobotConfig)

    def __post_init__(self) -> None:
        """Refuse what contradicts itself."""
        if self.orders and self.velocity is not None:
            raise ValueError("A scenario has orders and a constant velocity; give one of them.")
        if self.hardware and self.randomise:
            raise ValueError(
                "A scenario is of the simulated hardware or of varied robots, not both."
            )
        if self.ablate is not None and self.ablate not in ABLATIONS:
            raise ValueError(
                f"Unknown ablation {self.ablate!r}; choose one of {', '.join(ABLATIONS)}."
            )


@dataclass
class Episode:
    """A closed loop that is ready to run."""

    loop: ClosedLoop
    policy_name: str
    policy_sha256: str | None
    """None for the classical controller, which is no file."""

    def run(self, seconds: float, each: Callable[[Tick], None] | None = None) -> dict[str, Any]:
        """Run to the end or a fall; return the figures of the run."""
        self.loop.run(seconds, each)
        return self.loop.summary()


def on_robot(scenarios: Iterable[Scenario], robot: RobotConfig | None) -> list[Scenario]:
    """Return the scenarios with another robot, without those whose faults mean nothing to it.

    None leaves each its own robot.
    """
    found = (
        scenario if robot is None else replace(scenario, robot=robot) for scenario in scenarios
    )
    return [s for s in found if all(can_have(s.robot, fault) for fault in s.faults)]


def chosen(policy: str) -> str:
    """Return what a Scenario's ``policy`` is for a name in models/, a path, or one of NO_FILES.

    Raises:
        PolicyFileError: no policy of that name.
    """
    return policy if policy in NO_FILES else str(policy_path(policy))


@dataclass(frozen=True)
class _Brain:
    driver: Driver
    rate_hz: int
    name: str
    sha256: str | None
    listens: bool = False
    """Whether it is told in words."""


def _brain(scenario: Scenario, simulation: Simulation, since_ns: int = 0) -> _Brain:
    """Whoever drives, as a process that begins at ``since_ns``."""
    robot, limits, rate_hz = scenario.robot, CommandLimits(), CLASSICAL_RATE_HZ
    if scenario.policy == LQR:
        return _Brain(LqrDriver(robot, rate_hz, limits, since_ns=since_ns), rate_hz, LQR, None)
    if scenario.policy == TEACHER:
        teacher = TeacherDriver(robot, rate_hz, limits, simulation, since_ns=since_ns)
        return _Brain(teacher, rate_hz, TEACHER, None)
    runtime = PolicyRuntime.load(scenario.policy, scenario.robot)
    trusting = scenario.ablate == MASK
    return _Brain(
        PolicyDriver(robot, runtime, limits, trusting=trusting, since_ns=since_ns),
        int(runtime.metadata.control_rate_hz),
        runtime.metadata.name,
        runtime.sha256,
        listens=INSTRUCTION in runtime.spec,
    )


def _simulated(scenario: Scenario) -> Varied:
    if scenario.hardware:
        worn = hardware.errors(scenario.drivetrain)
        return Varied(hardware.hidden_file(), scenario.errors or worn)
    nominal = Varied(scenario.robot, scenario.errors or SimulationSettings(noise=scenario.noise))
    if not scenario.randomise:
        return nominal
    return varied(nominal.robot, nominal.errors, scenario.seed)


def _steered(steer: Steer, simulation: Simulation, _: float) -> Vector:
    return steer(simulation.ground_truth())


def _command(scenario: Scenario) -> CommandScript | None:
    if scenario.orders:
        return partial(ordered, scenario.orders)
    velocity = scenario.velocity
    return None if velocity is None else lambda _: velocity


def _policy_line(scenario: Scenario, brain: _Brain, simulation: Simulation) -> PolicyLine | None:
    if not scenario.policy_faults:
        return None

    def respawn(now_ns: int) -> Driver:
        return _brain(scenario, simulation, now_ns).driver

    torque = scenario.robot.wheels.max_torque
    return PolicyLine(scenario.policy_faults, brain.driver, respawn, torque, scenario.seed)


def build(
    scenario: Scenario,
    steer: Steer | None = None,
    sayings: Sayings = (),
    safety: SafetySettings | None = None,
) -> Episode:
    """Put the closed loop of a scenario together.

    Args:
        scenario: what determines it.
        steer: an operator who sees the true state, instead of the scenario's commands.
        sayings: what is said to the robot.
        safety: limits of the safety node; None: the defaults.

    Raises:
        PolicyFileError: the policy cannot be used.
        ValueError: unknown terrain, drivetrain or renderer, or a fault that this robot's cameras
            cannot have.
    """
    robot, seed = scenario.robot, scenario.seed
    simulated = _simulated(scenario)
    settings = simulated.errors
    terrain = make_terrain(scenario.terrain, seed)
    simulation = Simulation(
        simulated.robot, terrain, seed=seed, drivetrain=scenario.drivetrain, settings=settings
    )
    cameras = None
    if scenario.cameras:
        seen = make_terrain("flat", seed) if scenario.ablate == SIGHT else terrain
        renderer, _ = make_renderer(scenario.renderer, simulated.robot, seen)
        size = hardware.SIZE if scenario.hardware else POLICY_SIZE
        cameras = Cameras(simulated.robot, renderer, seed=seed, settings=settings, size=size)
    brain = _brain(scenario, simulation)
    command = _command(scenario)
    if steer is not None:
        command = partial(_steered, steer, simulation)
    driver = None
    if scenario.velocity_driver is not None:
        driver = VelocityDriver(simulated.robot, scenario.velocity_driver)
    loop = ClosedLoop(
        Plant(
            simulation,
            cameras,
            brain.rate_hz,
            faults=scenario.faults,
            driver=driver,
            hardware=DriverSide(hardware.drivers(), seed) if scenario.hardware else None,
        ),
        brain.driver,
        SafetyDriver(
            robot,
            brain.rate_hz,
            safety or SafetySettings(),
            ticks=bool(scenario.policy_faults)
            or any(fault.source is Source.MOTORS for fault in scenario.faults),
            velocities=driver is not None,
        ),
        command,
        scenario.pushes,
        sayings,
        _policy_line(scenario, brain, simulation),
        Speaker() if brain.listens else None,
        scenario.stop,
    )
    return Episode(loop, brain.name, brain.sha256)
