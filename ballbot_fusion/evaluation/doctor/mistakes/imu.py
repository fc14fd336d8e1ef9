"""Mistakes of the IMU."""

from collections.abc import Callable
from dataclasses import replace
from math import pi

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import ImuSample, Sample
from ballbot_fusion.doctor.inertial import mount
from ballbot_fusion.doctor.observed import IMU, Observed
from ballbot_fusion.evaluation.doctor.mistakes.planted import Planted, Random, planted, with_samples

Floats = NDArray[np.float64]


def _turned(matrix: Floats) -> Callable[[Observed], Observed]:
    """The IMU's axes, turned or exchanged."""

    def change(sample: Sample) -> Sample:
        if not isinstance(sample, ImuSample):
            return sample
        a, b, c = (matrix @ np.array(sample.angular_velocity)).tolist()
        x, y, z = (matrix @ np.array(sample.linear_acceleration)).tolist()
        return replace(sample, angular_velocity=(a, b, c), linear_acceleration=(x, y, z))

    return lambda observed: with_samples(observed, change)


def imu_axes_swapped(random: Random, _owner: RobotConfig) -> Planted:
    """Two axes are exchanged, with or without the sign that keeps them right-handed."""
    first, second = random.choice(3, 2, replace=False)
    matrix = np.eye(3)
    matrix[[first, second]] = matrix[[second, first]]
    if random.random() < 0.5:
        matrix[first] *= -1.0
    words = f"{'xyz'[first]} and {'xyz'[second]}, determinant {np.linalg.det(matrix):+.0f}"
    return planted("IMU axes swapped", words, "imu.rpy_deg", {IMU}, seen=_turned(matrix))


def imu_upside_down(random: Random, owner: RobotConfig) -> Planted:
    """It hangs on its head, turned about some horizontal axis."""
    angle = random.uniform(0.0, pi)
    axis = np.array([np.cos(angle), np.sin(angle), 0.0])
    # In the frame of the body; the mount of the robot file brings it into the sensor's.
    turn, base = 2.0 * np.outer(axis, axis) - np.eye(3), mount(owner.imu)
    words = f"about {np.degrees(angle):.0f} degrees from x"
    seen = _turned(base.T @ turn @ base)
    return planted("IMU upside down", words, "imu.rpy_deg", {IMU}, seen=seen)


def gyro_in_degrees(_random: Random, _owner: RobotConfig) -> Planted:
    """The driver sends degrees a second."""

    def change(sample: Sample) -> Sample:
        if not isinstance(sample, ImuSample):
            return sample
        a, b, c = (value * 180.0 / pi for value in sample.angular_velocity)
        return replace(sample, angular_velocity=(a, b, c))

    return planted(
        "gyro in degrees", "", f"{IMU}: unit of angular_velocity", {IMU},
        seen=lambda observed: with_samples(observed, change),
    )  # fmt: skip
