"""How a robot moved while it balanced, by its wheels and its gyro."""

from typing import NamedTuple

import numpy as np

from ballbot_fusion.calibration.recorded import Floats, Recorded
from ballbot_fusion.core.kinematics import BallKinematics
from ballbot_fusion.core.rotation import IDENTITY

SMOOTH_S = 0.03
"""Wheels that are differentiated are coarse: their velocity is a mean over so long."""


class Motion(NamedTuple):
    """Arrays over the IMU's samples, in the heading frame as far as it leans little."""

    seconds: Floats
    rates: Floats
    """(N, 3), rad/s."""
    velocity: Floats
    """Of the ball, (N, 2), m/s."""
    yaw: Floats
    """From the first on, (N,), rad."""

    @property
    def tipping(self) -> Floats:
        """Rate of the lean towards +x and +y, (N, 2), rad/s."""
        return np.column_stack([self.rates[:, 1], -self.rates[:, 0]])

    @property
    def turned(self) -> float:
        """How far apart headings were that it had, rad."""
        return float(np.ptp(self.yaw))

    @property
    def fastest(self) -> float:
        """Largest speed, m/s, smoothed."""
        seconds = float(self.seconds[-1] - self.seconds[0])
        width = max(round(SMOOTH_S * (len(self.seconds) - 1) / seconds), 1)
        kernel = np.ones(width) / width
        smooth = [np.convolve(column, kernel, mode="valid") for column in self.velocity.T]
        return float(np.linalg.norm(smooth, axis=0).max())

    @property
    def farthest(self) -> float:
        """Largest distance from where it began, m."""
        steps = np.diff(self.seconds, prepend=self.seconds[0])
        place = np.cumsum(in_world(self.yaw, self.velocity) * steps[:, None], axis=0)
        return float(np.linalg.norm(place, axis=1).max())


def moved(recorded: Recorded) -> Motion:
    """Return how the robot moved."""
    kinematics, seconds, rates = BallKinematics.of(recorded.robot), recorded.seconds, recorded.rates
    speeds = np.column_stack(
        [np.interp(seconds, recorded.joint_seconds, column) for column in recorded.wheel_speeds.T]
    )
    velocity = [
        kinematics.ball_velocity((a, b, c), (x, y, z), IDENTITY)[:2]
        for (a, b, c), (x, y, z) in zip(speeds.tolist(), rates.tolist(), strict=True)
    ]
    steps = np.diff(seconds, prepend=seconds[0])
    return Motion(seconds, rates, np.array(velocity), np.cumsum(rates[:, 2] * steps))


def in_world(yaw: Floats, vectors: Floats) -> Floats:
    """Turn vectors (N, 2) of the heading frame by the heading (N,)."""
    c, s = np.cos(yaw), np.sin(yaw)
    x, y = vectors.T
    return np.column_stack([c * x - s * y, s * x + c * y])
