"""Commands to follow, drawn from a seed and within what the robot may be asked for."""

from math import hypot

import numpy as np

from ballbot_fusion.core.command import CommandLimits
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.evaluation.script import Order, Orders
from ballbot_fusion.simulation.sensors.noise import stream

_PURPOSE = 104  # of a random stream, beside the numbers of the sensors
_STEPS, _CIRCLE = 0, 1
LIMITS = CommandLimits()
STEP_S = 5.0
REACH_M = 8.0
"""Planned places stay this near the start: grounds end 10 m from it."""
FULL_EVERY = 3
"""Every so many steps are full speed ahead, where there is room."""


def _drawn(rng: np.random.Generator, speed: float) -> Vector:
    """A velocity within the limits and ``speed``, any direction."""
    while True:
        vx = float(rng.uniform(-LIMITS.max_backward, LIMITS.max_forward))
        vy = float(rng.uniform(-LIMITS.max_sideways, LIMITS.max_sideways))
        if hypot(vx, vy) <= speed:
            return (vx, vy, 0.0)


def _next(rng: np.random.Generator, number: int, x: float, y: float) -> Vector:
    """The velocity of a step that begins at (x, y) and ends within reach."""
    speed = LIMITS.max_forward
    if number % FULL_EVERY == 0 and hypot(x + speed * STEP_S, y) <= REACH_M:
        return (speed, 0.0, 0.0)
    while True:
        vx, vy, turn = _drawn(rng, speed)
        if hypot(x + vx * STEP_S, y + vy * STEP_S) <= REACH_M:
            return (vx, vy, turn)


def steps(seed: int, seconds: float) -> Orders:
    """Velocity steps of up to 0.6 m/s every 5 s, the heading kept; no step begins at the end."""
    rng, x, y = stream(seed, _PURPOSE, _STEPS), 0.0, 0.0
    orders: list[Order] = []
    for number in range(max(int(seconds / STEP_S), 1)):
        vx, vy, turn = _next(rng, number, x, y)
        orders.append(Order(number * STEP_S, (vx, vy, turn)))
        x, y = x + vx * STEP_S, y + vy * STEP_S
    return tuple(orders)


def circle(seed: int) -> Orders:
    """Constant speed of 0.2 to 0.5 m/s and yaw rate of 0.3 to 0.8 rad/s, left or right."""
    speed, turn, side = stream(seed, _PURPOSE, _CIRCLE).uniform((0.2, 0.3, -1.0), (0.5, 0.8, 1.0))
    return (Order(0.0, (float(speed), 0.0, float(turn if side > 0.0 else -turn))),)
