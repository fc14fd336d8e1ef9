"""Simulated robots to learn on."""

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.simulation.plant import Plant
from ballbot_fusion.simulation.randomisation import Varied, varied
from ballbot_fusion.simulation.rendering.cameras import Cameras
from ballbot_fusion.simulation.rendering.select import make_renderer
from ballbot_fusion.simulation.settings import SimulationSettings
from ballbot_fusion.simulation.simulation import Simulation
from ballbot_fusion.simulation.terrain import Terrain, make_terrain
from ballbot_fusion.simulation.terrain.seeds import training_seed
from ballbot_fusion.training.settings import TrainSettings


def real_robot(
    robot: RobotConfig, number: int, settings: TrainSettings, *, randomise: bool
) -> Varied:
    """Return ``robot``, or with ``randomise`` one that differs from it, drawn from ``number``."""
    nominal = SimulationSettings()
    if not randomise:
        return Varied(robot, nominal)
    return varied(robot, nominal, number, settings.randomisation)


def make_cameras(real: Varied, terrain: Terrain, number: int) -> Cameras:
    """Build the cameras of a robot on ``terrain``, their noise drawn from ``number``."""
    renderer, _ = make_renderer("rays", real.robot, terrain)
    return Cameras(real.robot, renderer, seed=number, settings=real.errors)


def make_plant(
    robot: RobotConfig,
    terrain_name: str,
    seed: tuple[int, ...],
    settings: TrainSettings,
    *,
    randomise: bool = False,
) -> Plant:
    """Build a plant whose terrain, noise and initial tilt are drawn from ``seed``.

    With ``randomise`` it is a robot that differs from ``robot``, drawn from the seed too.
    """
    number = training_seed(*seed)
    terrain = make_terrain(terrain_name, number)
    real = real_robot(robot, number, settings, randomise=randomise)
    simulation = Simulation(
        real.robot,
        terrain,
        seed=number,
        settings=real.errors,
        max_initial_tilt_deg=settings.rollout.max_tilt_deg,
    )
    sees = bool(ObservationSpec.of(settings.keys).images)
    cameras = make_cameras(real, terrain, number) if sees else None
    return Plant(simulation, cameras, settings.rate_hz)
