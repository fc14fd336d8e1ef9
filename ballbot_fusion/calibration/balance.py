"""Where the centre of mass is: how a robot leans while it balances on the spot.

Whoever balances, and however well, on level ground the centre of mass is above the contact on
average (lean_blocks.py).

Two things can make a robot lean that sensed upright where it was held upright: its centre of mass
lies aside. One that was not held upright may as well have its IMU askew; so `gravity` comes first,
and what is left is ``base.com_offset``: the robot's frames, and its cameras' with them, stay those
that were measured.
"""

from math import atan, degrees, radians, tan

import numpy as np

from ballbot_fusion.calibration.lean_blocks import BLOCK_S, Block, blocks
from ballbot_fusion.calibration.lean_fit import LeanFit, fitted, slope_gain
from ballbot_fusion.calibration.motion import moved
from ballbot_fusion.calibration.outcome import SIGMAS, Change, Figure, Outcome, refused, rounded
from ballbot_fusion.calibration.recorded import Floats, Recorded
from ballbot_fusion.calibration.spot import AGAIN, TURNED, refuse_restless, refuse_unturned
from ballbot_fusion.core.robot import RobotConfig

FEWEST = 6
"""Blocks."""
CREPT = 0.5
"""m: the floor's resistance may have held it by as much as it leant into it."""
LARGEST_DEG = 8.0
LARGEST_UNCERTAINTY_DEG = 0.3


def com_offset(recorded: Recorded, *, turn: bool = False) -> Outcome:
    """Find ``base.com_offset``.

    Args:
        recorded: of a robot that balances on the spot.
        turn: whether it was to turn meanwhile, so that the slope of the floor drops out.

    Raises:
        CalibrationRefusedError: it did not balance on the spot, or not quietly enough, or was to
            turn and did not.
    """
    motion = moved(recorded)
    refuse_restless(recorded, motion)
    if turn:
        refuse_unturned(motion)
    found = blocks(recorded, motion)
    _refuse_short(found)
    fit = fitted(recorded.robot, found, motion.turned > TURNED)
    _refuse_doubtful(fit)
    return _outcome(recorded.robot, fit, motion.farthest)


def _refuse_short(found: list[Block]) -> None:
    if len(found) < FEWEST:
        raise refused(
            "balance", f"{len(found) * BLOCK_S:.0f} s", f"{FEWEST * BLOCK_S:.0f} s or more",
            "Give more --seconds.",
        )  # fmt: skip


def _error_deg(fit: LeanFit) -> Floats:
    error: Floats = SIGMAS * np.degrees(fit.sigma)
    return error


def _refuse_doubtful(fit: LeanFit) -> None:
    off, error = float(np.degrees(np.abs(fit.lean)).max()), float(_error_deg(fit).max())
    if off > LARGEST_DEG:
        raise refused(
            "balance", f"it balances {off:.1f} degrees from upright", f"{LARGEST_DEG:g} at most",
            "The IMU is mounted otherwise than imu.rpy_deg says: `ballbot calibrate gravity` "
            "first.",
        )  # fmt: skip
    if error > LARGEST_UNCERTAINTY_DEG:
        raise refused(
            "balance", f"± {error:.2f} degrees", f"± {LARGEST_UNCERTAINTY_DEG:g} at most",
            f"{AGAIN} Longer (--seconds) helps.",
        )  # fmt: skip


def _outcome(robot: RobotConfig, fit: LeanFit, farthest: float) -> Outcome:
    base, error = robot.base, _error_deg(fit).tolist()
    offset = [-base.com_height * tan(angle) for angle in fit.lean.tolist()]
    figures = [
        Figure(f"lean towards {axis} in balance", degrees(angle), uncertain, "deg")
        for axis, angle, uncertain in zip(("+x", "+y"), fit.lean, error, strict=True)
    ]
    figures += [
        Figure(f"centre of mass towards {axis}", 1e3 * aside,
               1e3 * base.com_height * radians(uncertain), "mm")
        for axis, aside, uncertain in zip(("+x", "+y"), offset, error, strict=True)
    ]  # fmt: skip
    new = rounded((offset[0], offset[1]), 4)
    return Outcome(
        "balance", tuple(figures), Change("base.com_offset", base.com_offset, new),
        tuple(_remarks(robot, fit, farthest)),
    )  # fmt: skip


def _remarks(robot: RobotConfig, fit: LeanFit, farthest: float) -> list[str]:
    """What else is in it."""
    if fit.slope is None:
        remark = (
            "The floor was taken for level: a slope of 1 degree would show as "
            f"{slope_gain(robot):.2f} degrees. With --turn the robot turns once meanwhile, and it "
            "drops out."
        )
    else:
        rise = degrees(atan(float(np.linalg.norm(fit.slope))))
        remark = f"It turned: a slope of {rise:.2f} degrees of the floor was told apart."
    remarks = [remark, "It is what is left after `gravity`: an IMU askew would count as weight."]
    if farthest > CREPT:
        remarks.append(f"It crept {farthest:.1f} m. Write this, start anew, and measure once more.")
    return remarks
