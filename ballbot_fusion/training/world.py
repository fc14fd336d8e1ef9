"""Simulated robots to learn on."""

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.plant import Plant
from ballbot_fusion.simulation.rendering.cameras import DepthCameras
from ballbot_fusion.simulation.rendering.select import make_renderer
from ballbot_fusion.simulation.simulation import Simulation
from ballbot_fusion.simulation.terrain import make_terrain
from ballbot_fusion.simulation.terrain.seeds import training_seed
from ballbot_fusion.training.settings import TrainSettings


def make_plant(
    robot: RobotConfig, terrain_name: str, seed: tuple[int, ...], settings: TrainSettings
) -> Plant:
    """Build a plant whose terrain, noise and initial tilt are drawn from ``seed``."""
    number = training_seed(*seed)
    terrain = make_terrain(terrain_name, number)
    tilt = settings.rollout.max_tilt_deg
    simulation = Simulation(robot, terrain, seed=number, max_initial_tilt_deg=tilt)
    sees = any(key.startswith("rgbd") for key in settings.keys)
    cameras = None
    if sees:
        renderer, _ = make_renderer("rays", robot, terrain)
        cameras = DepthCameras(robot, renderer, seed=number)
    return Plant(simulation, cameras, settings.rate_hz)
