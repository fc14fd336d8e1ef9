"""The gyro's bias: what it shows of a robot that stands still.

The estimator learns it as well, but only where it estimates the orientation itself, and only once
the robot has been at rest; and it takes a gyro that shows more than 0.06 rad/s for one that turns.
"""

from math import degrees

import numpy as np

from ballbot_fusion.calibration.outcome import Change, Figure, Outcome, refused, rounded
from ballbot_fusion.calibration.recorded import Recorded
from ballbot_fusion.calibration.rest import mean_of, refuse_moved

LARGEST = 0.15
"""No gyro shows more at rest, rad/s; one that speaks degrees does."""
TURN, SHAKE = 0.004, 0.05
"""Of a robot that nobody touches, rad/s and m/s^2."""
WHEELS = 0.05
"""A wheel that turned further was moved, rad."""
LEAVE_IT = "Stand or lay it somewhere firm, motors off, touch nothing, and measure again."


def gyro_bias(recorded: Recorded) -> Outcome:
    """Find ``imu.gyro_bias``.

    Raises:
        CalibrationRefusedError: it moved, or this is no gyro at rest.
    """
    refuse_moved(recorded, TURN, SHAKE, LEAVE_IT)
    _refuse_rolled(recorded)
    mean, uncertainty = mean_of(recorded.seconds, recorded.gyro)
    if float(np.abs(mean).max()) > LARGEST:
        raise refused(
            "gyro", f"{np.abs(mean).max():.2f} rad/s at rest", f"{LARGEST:g} at most",
            "Does its driver send degrees? `ballbot doctor` says so.",
        )  # fmt: skip
    figures = tuple(
        Figure(f"gyro at rest about {axis}", degrees(value), degrees(error), "deg/s")
        for axis, value, error in zip("xyz", mean, uncertainty, strict=True)
    )
    new = rounded(tuple(mean.tolist()), 5)
    return Outcome(
        "imu", figures, Change("imu.gyro_bias", recorded.robot.imu.gyro_bias, new),
        ("It changes with temperature: measure when the IMU is as warm as it will be.",),
    )  # fmt: skip


def _refuse_rolled(recorded: Recorded) -> None:
    """Refuse wheels that turned."""
    steps = np.diff(recorded.joint_seconds, prepend=recorded.joint_seconds[0])
    turned = np.cumsum(recorded.wheel_speeds * steps[:, None], axis=0)
    most = float(np.ptp(turned, axis=0).max())
    if most > WHEELS:
        raise refused(
            "the robot moved", f"a wheel turned by {most:.2f} rad", f"{WHEELS:g} at most", LEAVE_IT
        )
