"""One episode: a robot, its operator, and the tick between samples and observation."""

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.estimator import ZERO
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.samples import CommandSample, Source
from ballbot_fusion.core.sensing import Sensing
from ballbot_fusion.core.tick import Tick, tick
from ballbot_fusion.core.tick_state import initial_state
from ballbot_fusion.simulation.settings import SimulationSettings
from ballbot_fusion.training.env.settings import EnvSettings
from ballbot_fusion.training.env.worlds import Worlds
from ballbot_fusion.training.episode import PUSH_S, script
from ballbot_fusion.training.hiding import Hiding
from ballbot_fusion.training.roaming import roaming

STAND_S = 0.1
"""How long the stand holds, s: by then two frames of the cameras arrived, which are trusted."""


class Episode:
    """Runs control periods. Samples arrive as in the closed loop of the evaluation."""

    def __init__(
        self,
        sensing: Sensing,
        worlds: Worlds,
        settings: EnvSettings,
        terrain: str,
        rng: np.random.Generator,
        errors: SimulationSettings,
    ) -> None:
        """Draw everything that will happen; the robot is on its stand."""
        rollout, rate = settings.rollout, settings.rate_hz
        self.sensing, self.terrain, self._rate_hz = sensing, terrain, rate
        seeds = rng.integers(2**32, size=2)
        self.plant = worlds.plant(terrain, rng, int(seeds[0]), errors)
        self.script = script((int(seeds[1]),), terrain, rollout, settings.limits)
        ground = self.plant.simulation.terrain
        self._roaming = roaming(rng, ground, rollout, settings.limits)
        self._stand_ticks = max(round(STAND_S * rate), 1)
        ticks = self._stand_ticks + round(rollout.episode_s * rate)
        self._hiding = Hiding.drawn(rng, sensing.spec, ticks, rate, settings.outages)
        self._state = initial_state(0, 0)

    def start(self) -> tuple[Tick, NDArray[np.float32]]:
        """Stand until the sensors are trusted, then let go; return the last tick and its mask."""
        for _ in range(self._stand_ticks):
            result, mask = self._period(ZERO, ZERO)
        self.plant.simulation.release()
        self._released_s = self._now_s
        return result, mask

    def advance(self, action: NDArray[np.float32]) -> tuple[Tick, NDArray[np.float32]]:
        """Run one control period under wheel torques (3,), shares of the largest."""
        start = self._now_s - self._released_s
        for force in self.script.pushes_in(start, start + 1.0 / self._rate_hz):
            self.plant.simulation.push(force, PUSH_S)
        a, b, c = (float(share) * self.sensing.robot.wheels.max_torque for share in action)
        return self._period((a, b, c), self._wanted(start))

    @property
    def over(self) -> bool:
        """Whether the robot fell or touched an obstacle."""
        return self.plant.simulation.fallen or self.plant.simulation.touched

    @property
    def _now_s(self) -> float:
        return self.plant.time_ns * 1e-9

    def _wanted(self, seconds: float) -> Vector:
        if self._roaming is None:
            return self.script.command_at(seconds)
        return self._roaming.command(self.plant.simulation.ground_truth(), seconds)

    def _period(self, effort: Vector, wanted: Vector) -> tuple[Tick, NDArray[np.float32]]:
        """Advance, hear what arrived and the operator, and tick."""
        # As on the robot, the motor command is heard one period after it was sent.
        sent_ns = self.plant.time_ns
        echo = self.sensing.joints.echo(effort, sent_ns, sent_ns)
        arrived = self.plant.advance(effort, [echo])
        now_ns = self.plant.time_ns
        command = CommandSample(Source.COMMAND, now_ns, now_ns, wanted)
        heard, works = self._hiding.next_tick([*arrived, command])
        result = tick(self.sensing, self._state, heard, now_ns)
        self._state = result.state
        return result, result.mask * works
