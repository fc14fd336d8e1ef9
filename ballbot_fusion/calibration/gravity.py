"""Roll and pitch of the IMU's mount: a robot that is held upright must sense that it is.

The bias of the accelerometer, or the error of an orientation that the IMU sends, has the same
effect at upright as a mount that is askew, and is corrected with it: what is left of a bias b at a
lean of a few degrees is b sin(lean) / g, a hundredth of a degree. So it is not stored by itself.
Turning the robot about the vertical shows neither mount nor bias: the heading of the mount stays.
"""

from math import acos, atan2, degrees

import numpy as np

from ballbot_fusion.calibration.outcome import Change, Figure, Outcome, refused, rounded
from ballbot_fusion.calibration.recorded import Floats, Recorded
from ballbot_fusion.calibration.rest import mean_of, refuse_moved
from ballbot_fusion.core import rotation
from ballbot_fusion.core.frames import rpy_of
from ballbot_fusion.core.planar import GRAVITY

TURN, SHAKE = 0.1, 0.5
"""Of a robot that is held by hand, rad/s and m/s^2."""
LARGEST_DEG = 20.0
"""A mount that is off by more is another mount."""
WRONG_UNIT = 0.05
"""Share by which the length of gravity may differ."""
LARGEST_UNCERTAINTY_DEG = 0.2
HOLD_IT = "Hold or clamp it upright by a spirit level, keep it still, and measure again."


def alignment(recorded: Recorded) -> Outcome:
    """Find roll and pitch of ``imu.rpy_deg``; its yaw changes only as far as it must.

    Raises:
        CalibrationRefusedError: it moved, this is not gravity, or the mount is another one.
    """
    refuse_moved(recorded, TURN, SHAKE, HOLD_IT)
    _refuse_wrong_length(recorded)
    mean, error = mean_of(recorded.seconds, recorded.ups @ recorded.mount.T)
    up = mean / np.linalg.norm(mean)
    off = degrees(acos(min(float(up[2]), 1.0)))
    if off > LARGEST_DEG:
        raise refused(
            "gravity", f"up is {off:.0f} degrees from z of base_link", f"{LARGEST_DEG:g} at most",
            "Hold the robot upright; if it was, imu.rpy_deg is of another mount, and "
            "`ballbot doctor` names the one it is.",
        )  # fmt: skip
    # Leaning towards +x takes up towards -x of the body.
    leans = [degrees(atan2(-float(up[axis]), float(up[2]))) for axis in (0, 1)]
    errors = [degrees(float(error[axis])) for axis in (0, 1)]
    if max(errors) > LARGEST_UNCERTAINTY_DEG:
        raise refused(
            "gravity", f"± {max(errors):.2f} degrees", f"± {LARGEST_UNCERTAINTY_DEG:g} at most",
            f"{HOLD_IT} Longer (--seconds) helps.",
        )  # fmt: skip
    figures = tuple(
        Figure(f"lean towards {axis} as sensed", lean, error, "deg")
        for axis, lean, error in zip(("+x", "+y"), leans, errors, strict=True)
    )
    old = recorded.robot.imu.rpy_deg
    new = near(rpy_of(smallest_turn(up) @ recorded.mount), old)
    by = "the orientation that the IMU sends" if recorded.is_oriented else "the accelerometer"
    return Outcome(
        "gravity", figures, Change("imu.rpy_deg", old, rounded(new, 2)),
        (f"Measured by {by}, whose bias is in it. It is as true as the spirit level.",),
    )  # fmt: skip


def _refuse_wrong_length(recorded: Recorded) -> None:
    length = float(np.linalg.norm(recorded.forces.mean(axis=0)))
    if abs(length / GRAVITY - 1.0) > WRONG_UNIT:
        raise refused(
            "gravity", f"a specific force of {length:.2f} m/s^2", f"{GRAVITY:.2f}",
            "The driver must send m/s^2, gravity included (REP 145); `ballbot doctor` says more.",
        )  # fmt: skip


def smallest_turn(up: Floats) -> Floats:
    """Return (3, 3): takes the unit vector ``up`` to z about a horizontal axis."""
    x, y, z = up.tolist()
    q = rotation.normalised((y, -x, 0.0, 1.0 + z))
    columns = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    return np.array([rotation.rotate(q, column) for column in columns]).T


def near(rpy: tuple[float, ...], old: tuple[float, ...]) -> tuple[float, ...]:
    """Return angles [rad] in degrees, each by whole turns as near to ``old`` [degrees] as can be.

    Of both triples that are the same rotation, the nearer one.
    """
    roll, pitch, yaw = map(degrees, rpy)
    triples = ((roll, pitch, yaw), (roll + 180.0, 180.0 - pitch, yaw + 180.0))
    wound = [
        tuple(o + (a - o + 180.0) % 360.0 - 180.0 for a, o in zip(triple, old, strict=True))
        for triple in triples
    ]
    return min(wound, key=lambda t: sum(abs(a - o) for a, o in zip(t, old, strict=True)))
