"""What is rewarded: standing, going where it is told, gently.

All terms but the fall are rates, integrated over time: the same drive earns the same at any control
rate and frame skip. With e = velocity error [m/s], r = yaw rate error [rad/s], a = action, the rate
per second is

    upright     * (1 - (tilt / 20 deg)^2)
  + velocity    * exp(-(e / velocity_error)^2)
  + yaw_rate    * exp(-(r / yaw_rate_error)^2)
  - effort      * mean(a^2)
  - action_rate * mean((a - last a)^2)

and ``fall`` is subtracted once, when the episode ends by a fall or a contact. The two exponentials
are bounded, so that no error is so bad that falling is the better way out. Errors are those of the
true motion against the command that is observed: after the limits of speed and acceleration.
"""

from math import exp, hypot

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core import rotation
from ballbot_fusion.core.robot import NotNegative, Positive
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.settings import Settings
from ballbot_fusion.simulation.simulation import UPRIGHT, GroundTruth

Terms = dict[str, float]
"""Parts of a reward by the name of their weight."""
Action = NDArray[np.float32]


class RewardSettings(Settings):
    """Weights of the reward."""

    upright: NotNegative = 0.5
    """Per second, when exactly upright."""
    velocity: NotNegative = 1.0
    """Per second, when the commanded velocity is met."""
    velocity_error: Positive = 0.2
    """Velocity error that leaves 1/e of that, m/s."""
    yaw_rate: NotNegative = 0.3
    """Per second, when the commanded yaw rate is met."""
    yaw_rate_error: Positive = 0.5
    """Yaw rate error that leaves 1/e of that, rad/s."""
    effort: NotNegative = 0.1
    """Cost per second of full torque on every wheel."""
    action_rate: NotNegative = 0.1
    """Cost per second of an action that changes by 1 from step to step on every wheel."""
    fall: NotNegative = 5.0
    """Cost of a fall or a contact, once."""


def _bell(error: float, width: float) -> float:
    return exp(-((error / width) ** 2))


def reward(
    truth: GroundTruth,
    command: Vector,
    action: Action,
    last: Action,
    fell: bool,
    seconds: float,
    weights: RewardSettings,
) -> Terms:
    """Return the terms earned in a step; their sum is the reward.

    Args:
        truth: the state at the step's end.
        command: vx, vy [m/s], yaw rate [rad/s], as observed.
        action: (3,) in [-1, 1]; ``last`` is the one before.
        last: see ``action``.
        fell: whether the step ended in a fall or a contact.
        seconds: length of the step.
        weights: of the terms.
    """
    vx, vy, _ = truth.heading_velocity
    error = hypot(vx - command[0], vy - command[1])
    turning = rotation.rotate(truth.orientation, truth.angular_velocity)[2]
    rates = {
        "upright": weights.upright * (1.0 - min(truth.tilt / UPRIGHT, 1.0) ** 2),
        "velocity": weights.velocity * _bell(error, weights.velocity_error),
        "yaw_rate": weights.yaw_rate * _bell(turning - command[2], weights.yaw_rate_error),
        "effort": -weights.effort * float(np.mean(action**2)),
        "action_rate": -weights.action_rate * float(np.mean((action - last) ** 2)),
    }
    terms = {name: rate * seconds for name, rate in rates.items()}
    return {**terms, "fall": -weights.fall * fell}
