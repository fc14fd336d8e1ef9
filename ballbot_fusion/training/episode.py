"""What happens to the robot in an episode: terrain, commands, pushes, all drawn from its seed."""

from dataclasses import dataclass

import numpy as np

from ballbot_fusion.core.command import CommandLimits
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.simulation.terrain import COURSES
from ballbot_fusion.training.settings import RolloutSettings

PUSH_S = 0.1
"""How long a push lasts, s."""


@dataclass(frozen=True)
class Script:
    """Commands and pushes by time, s after the start."""

    command_times: tuple[float, ...]
    commands: tuple[Vector, ...]
    push_times: tuple[float, ...]
    pushes: tuple[Vector, ...]
    """N, world frame."""

    def command_at(self, seconds: float) -> Vector:
        """Commanded vx, vy, yaw rate at a time."""
        index = int(np.searchsorted(self.command_times, seconds, side="right")) - 1
        return self.commands[max(index, 0)]

    def pushes_in(self, start: float, stop: float) -> list[Vector]:
        """Pushes that begin in [start, stop)."""
        return [f for t, f in zip(self.push_times, self.pushes, strict=True) if start <= t < stop]


def _arrivals(rng: np.random.Generator, mean_s: float, length_s: float) -> tuple[float, ...]:
    times, now = [], float(rng.exponential(mean_s))
    while now < length_s:
        times.append(now)
        now += float(rng.exponential(mean_s))
    return tuple(times)


def _command(rng: np.random.Generator, limits: CommandLimits, standing: float) -> Vector:
    if rng.random() < standing:
        return (0.0, 0.0, 0.0)
    return (
        float(rng.uniform(-limits.max_backward, limits.max_forward)),
        float(rng.uniform(-limits.max_sideways, limits.max_sideways)),
        float(rng.uniform(-limits.max_yaw_rate, limits.max_yaw_rate)),
    )


def _push(rng: np.random.Generator, largest: float) -> Vector:
    angle, force = rng.uniform(0.0, 2.0 * np.pi), rng.uniform(0.0, largest)
    return (float(force * np.cos(angle)), float(force * np.sin(angle)), 0.0)


def script(
    seed: tuple[int, ...], terrain: str, settings: RolloutSettings, limits: CommandLimits
) -> Script:
    """Draw an episode on a ``terrain``; the same seed gives the same script.

    Where there are hazards, a hard push would end in one whatever anybody does.
    """
    rng = np.random.default_rng(seed)
    length = settings.episode_s
    command_times = (0.0, *_arrivals(rng, settings.command_span_s, length))
    largest = settings.push_n
    if settings.open_push_n is not None and terrain not in COURSES:
        largest = settings.open_push_n
    push_times = _arrivals(rng, settings.push_every_s, length)
    return Script(
        command_times,
        tuple(_command(rng, limits, settings.standing_share) for _ in command_times),
        push_times,
        tuple(_push(rng, largest) for _ in push_times),
    )
