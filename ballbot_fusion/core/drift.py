"""How far odometry may be off: the error of a pose that is integrated, with no place to look at.

A wheel that is a little larger than its drawing makes an error that grows with the way, steadily;
the gyro's bias one of the heading that grows with time, and of the place with both; noise and bumps
make velocity errors that last a moment, a random walk. The three constants are one deviation each,
of a robot that was measured with care; `ballbot eval --suite estimation` shows how they compare
with what happens (``position_sigmas``).
"""

from math import hypot
from typing import NamedTuple

from ballbot_fusion.core.estimator import Estimate

VELOCITY_DEVIATION = 0.02
"""m/s: about the error measured while driving on rough ground."""
TILT_DEVIATION = 0.006
"""rad."""
RATE_DEVIATION = 0.006
"""rad/s: noise and bias of the gyro."""
LASTS_S = 0.5
"""How long a velocity error lasts, s."""
SCALE = 0.02
"""Of the way: radii of ball and wheels."""
YAW_RATE = 0.002
"""rad/s: the bias that is left about the vertical, which no gravity shows."""


class Drift(NamedTuple):
    """Variances of the pose since the odometry began, and what they are made of."""

    way: float = 0.0
    """m."""
    seconds: float = 0.0
    walk: float = 0.0
    """m^2."""

    @property
    def yaw(self) -> float:
        """Variance of the heading, rad^2."""
        return float((YAW_RATE * self.seconds) ** 2)

    @property
    def along(self) -> float:
        """Variance of the place along either axis, m^2."""
        # A heading error that grows evenly turns the way by half of it.
        return float(self.walk + (SCALE * self.way) ** 2 + self.yaw / 4.0 * self.way**2)


def drifted(drift: Drift, estimate: Estimate, seconds: float) -> Drift:
    """Go on for ``seconds`` at the velocity of ``estimate``."""
    way, past, walk = drift
    speed = hypot(estimate.velocity[0], estimate.velocity[1])
    step = 2.0 * LASTS_S * VELOCITY_DEVIATION**2 * seconds if speed > VELOCITY_DEVIATION else 0.0
    return Drift(way + speed * seconds, past + seconds, walk + step)
