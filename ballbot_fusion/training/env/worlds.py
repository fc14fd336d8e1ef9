"""Simulations to start episodes in: a terrain is built and compiled once, then started anew."""

import numpy as np

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.simulation.faults import FaultPlan
from ballbot_fusion.simulation.plant import Plant
from ballbot_fusion.simulation.rendering.cameras import Cameras
from ballbot_fusion.simulation.rendering.renderer import DepthRenderer
from ballbot_fusion.simulation.rendering.select import make_renderer
from ballbot_fusion.simulation.settings import SimulationSettings
from ballbot_fusion.simulation.simulation import Simulation
from ballbot_fusion.simulation.terrain import make_terrain
from ballbot_fusion.simulation.terrain.seeds import training_seed
from ballbot_fusion.training.env.settings import EnvSettings

_GROUND = 103
"""What the seeds of grounds are drawn for, so that they are not those of episodes."""


class Worlds:
    """Makes plants; what one episode did to a world is gone in the next."""

    def __init__(self, settings: EnvSettings, robot: RobotConfig, faults: FaultPlan) -> None:
        """Build nothing yet."""
        self._settings, self._robot, self._faults = settings, robot, faults
        self._sees = bool(ObservationSpec.of(settings.keys).images)
        self._kept: dict[tuple[str, int], tuple[Simulation, DepthRenderer | None]] = {}

    def plant(
        self, name: str, rng: np.random.Generator, seed: int, errors: SimulationSettings
    ) -> Plant:
        """Return a robot on its stand.

        Args:
            name: kind of terrain.
            rng: chooses the ground.
            seed: of noise, biases and the initial tilt.
            errors: of sensors and motors in this episode.
        """
        simulation, renderer = self._world(name, int(rng.integers(self._settings.grounds)))
        simulation.settings = errors
        simulation.reset(seed)
        cameras = None
        if renderer is not None:
            cameras = Cameras(self._robot, renderer, seed=seed, settings=errors)
        return Plant(simulation, cameras, self._settings.rate_hz, self._faults)

    def _world(self, name: str, number: int) -> tuple[Simulation, DepthRenderer | None]:
        key = (name, number if name != "flat" else 0)
        if key not in self._kept:
            terrain = make_terrain(name, training_seed(_GROUND, key[1]))
            tilt = self._settings.rollout.max_tilt_deg
            simulation = Simulation(self._robot, terrain, seed=0, max_initial_tilt_deg=tilt)
            renderer = make_renderer("rays", self._robot, terrain)[0] if self._sees else None
            self._kept[key] = simulation, renderer
        return self._kept[key]
