"""Where the centre of mass is: how a robot leans while it balances on the spot.

Whoever balances, and however well, on level ground the centre of mass is above the contact on
average. With the symbols of core/balance.py, both of its equations without the torque T between
them give, for ground that rises by s and a robot that is in balance at the lean ``b``,

    lean = b + [d/dt B1 + R d/dt B2] / (m l g) + R (M + m) / (m l) s
    B1 = m l v + (I + m l^2) theta',    B2 = (M + m + I_b / R^2) v + m l theta'

so that neither torques nor friction of the motors come in. Its mean over a block of time takes the
lean, the velocity at both ends, and nothing else. Of a raw IMU the lean follows from the
accelerometer and the velocity of the point where it sits. Where the robot turned, the slope is
found beside ``b``: it stays in the world while ``b`` turns with the body.

Two things can make a robot lean that sensed upright where it was held upright: its centre of mass
lies aside. One that was not held upright may as well have its IMU askew; so `gravity` comes first,
and what is left is ``base.com_offset``: the robot's frames, and its cameras' with them, stay those
that were measured.
"""

from math import atan, degrees, radians, tan
from typing import NamedTuple

import numpy as np

from ballbot_fusion.calibration.outcome import SIGMAS, Change, Figure, Outcome, refused, rounded
from ballbot_fusion.calibration.recorded import Floats, Recorded
from ballbot_fusion.core.kinematics import BallKinematics
from ballbot_fusion.core.planar import GRAVITY, PlanarRobot
from ballbot_fusion.core.rotation import IDENTITY

BLOCK_S = 1.5
END_S = 0.03
"""Velocities at the ends of blocks are means over so long."""
FEWEST = 6
"""Blocks."""
TURNED = radians(150.0)
"""A robot that turned so far tells the slope from its own lean."""
FASTEST, FARTHEST = 0.3, 4.0
"""m/s and m: a robot that was driven or pushed. One that is off by degrees creeps, and may."""
CREPT = 0.5
"""m: the floor's resistance may have held it by as much as it leant into it."""
STILL = 0.02
"""Wheels of a robot that balances are not as quiet, rad/s."""
LARGEST_DEG = 8.0
LARGEST_UNCERTAINTY_DEG = 0.3
AGAIN = "Let it balance on the spot, on level ground, untouched, and measure again."


class Block(NamedTuple):
    """A while of balancing."""

    lean: Floats
    """Mean towards +x and +y, less what its motion explains, (2,), rad."""
    turn: Floats
    """Takes vectors of the world into the heading frame, mean, (2, 2)."""


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


def com_offset(recorded: Recorded) -> Outcome:
    """Find ``base.com_offset``.

    Raises:
        CalibrationRefusedError: it did not balance on the spot, or not quietly enough.
    """
    motion = moved(recorded)
    farthest = _refuse_restless(recorded, motion)
    found = blocks(recorded, motion)
    if len(found) < FEWEST:
        raise refused("balance", f"{len(found) * BLOCK_S:.0f} s", f"{FEWEST * BLOCK_S:.0f} s or "
                      "more", "Give more --seconds.")  # fmt: skip
    turned = float(np.ptp(motion.yaw)) > TURNED
    lean, slope, sigma = fitted(recorded, found, turned)
    off, error = np.degrees(np.abs(lean)), SIGMAS * np.degrees(sigma)
    if float(off.max()) > LARGEST_DEG:
        raise refused(
            "balance", f"it balances {off.max():.1f} degrees from upright", f"{LARGEST_DEG:g} at "
            "most", "The IMU is mounted otherwise than imu.rpy_deg says: `ballbot calibrate "
            "gravity` first.",
        )  # fmt: skip
    if float(error.max()) > LARGEST_UNCERTAINTY_DEG:
        raise refused(
            "balance", f"± {error.max():.2f} degrees", f"± {LARGEST_UNCERTAINTY_DEG:g} at most",
            f"{AGAIN} Longer (--seconds) helps.",
        )  # fmt: skip
    return _outcome(recorded, lean, error, slope, farthest)


def _refuse_restless(recorded: Recorded, motion: Motion) -> float:
    """Refuse a robot that did not balance on the spot; return how far away it was, m."""
    if float(recorded.wheel_speeds.std(axis=0).max()) < STILL:
        raise refused(
            "balance", "wheels that stand still", "a robot that balances by itself",
            "Arm it (`ballbot arm`), let go of it, and measure again.",
        )  # fmt: skip
    smooth = _smooth(motion.seconds, motion.velocity)
    fastest = float(np.linalg.norm(smooth, axis=1).max())
    steps = np.diff(motion.seconds, prepend=motion.seconds[0])
    place = np.cumsum(in_world(motion.yaw, motion.velocity) * steps[:, None], axis=0)
    farthest = float(np.linalg.norm(place, axis=1).max())
    cure = f"{AGAIN} One that creeps: is it launched with what `ballbot calibrate gravity` wrote?"
    for found, most, unit in ((fastest, FASTEST, "m/s"), (farthest, FARTHEST, "m away")):
        if found > most:
            raise refused("the robot did not stay", f"{found:.2f} {unit}", f"{most:g} at most",
                          cure)  # fmt: skip
    return farthest


def _smooth(seconds: Floats, values: Floats) -> Floats:
    """Mean over END_S about every sample: wheels that are differentiated are coarse."""
    width = max(round(END_S * (len(seconds) - 1) / float(seconds[-1] - seconds[0])), 1)
    kernel = np.ones(width) / width
    return np.column_stack([np.convolve(column, kernel, mode="valid") for column in values.T])


def in_world(yaw: Floats, vectors: Floats) -> Floats:
    """Turn vectors (N, 2) of the heading frame by the heading (N,)."""
    c, s = np.cos(yaw), np.sin(yaw)
    x, y = vectors.T
    return np.column_stack([c * x - s * y, s * x + c * y])


def blocks(recorded: Recorded, motion: Motion) -> list[Block]:
    """Cut a recording into blocks."""
    robot, rates, ups = recorded.robot, motion.rates, recorded.ups @ recorded.mount.T
    along = PlanarRobot.of(robot, 1)
    inertias = np.array([along.tipping, PlanarRobot.of(robot, 0).tipping])
    radius, weight = robot.ball.radius, along.lever * GRAVITY
    first = along.lever * motion.velocity + inertias * motion.tipping
    second = along.rolling * motion.velocity + along.lever * motion.tipping
    explains = (first + radius * second) / weight
    lever = np.cross(rates, np.array(robot.imu.position))[:, :2]
    felt = (motion.velocity + lever) / GRAVITY if not recorded.is_oriented else 0.0 * lever
    # Both are changes of vectors in a frame that turns.
    change = felt - explains
    turning = rates[:, 2:] * np.column_stack([-change[:, 1], change[:, 0]])
    level = -ups[:, :2]
    found = []
    end_s = float(motion.seconds[-1]) - END_S
    for begin_s in np.arange(END_S, end_s - BLOCK_S + 1e-9, BLOCK_S):
        inside = (motion.seconds >= begin_s) & (motion.seconds < begin_s + BLOCK_S)
        ends = [_at(motion.seconds, change, at) for at in (begin_s, begin_s + BLOCK_S)]
        lean = (level[inside] + turning[inside]).mean(axis=0) + (ends[1] - ends[0]) / BLOCK_S
        c, s = np.cos(motion.yaw[inside]).mean(), np.sin(motion.yaw[inside]).mean()
        found.append(Block(lean, np.array([[c, s], [-s, c]])))
    return found


def _at(seconds: Floats, values: Floats, at_s: float) -> Floats:
    """Mean of ``values`` about a time, (columns,)."""
    near = np.abs(seconds - at_s) <= END_S / 2.0
    mean: Floats = values[near].mean(axis=0)
    return mean


def fitted(
    recorded: Recorded, found: list[Block], turned: bool
) -> tuple[Floats, Floats | None, Floats]:
    """Fit the lean in balance and, where the robot turned, the slope.

    Returns:
        Lean towards +x and +y, (2,), rad; slope in the first heading frame, (2,), rad, or None;
        standard deviation of the lean, (2,), rad.
    """
    gain = slope_gain(recorded)
    wanted = np.concatenate([block.lean for block in found])
    rows = [np.eye(2) for _ in found]
    if turned:
        rows = [np.hstack([np.eye(2), gain * block.turn]) for block in found]
    matrix = np.concatenate(rows)
    answer, *_ = np.linalg.lstsq(matrix, wanted, rcond=None)
    left = wanted - matrix @ answer
    variance = float(left @ left) / (len(wanted) - matrix.shape[1])
    spread = np.sqrt(np.diag(np.linalg.inv(matrix.T @ matrix)) * variance)
    return answer[:2], answer[2:] if turned else None, spread[:2]


def slope_gain(recorded: Recorded) -> float:
    """How far the robot leans into a slope, rad per rad."""
    mass, _, lever, _ = PlanarRobot.of(recorded.robot, 1)
    return mass * recorded.robot.ball.radius / lever


def _outcome(
    recorded: Recorded, lean: Floats, error: Floats, slope: Floats | None, farthest: float
) -> Outcome:
    base = recorded.robot.base
    figures = [
        Figure(f"lean towards {axis} in balance", degrees(angle), float(uncertain), "deg")
        for axis, angle, uncertain in zip(("+x", "+y"), lean, error, strict=True)
    ]
    offset = [-base.com_height * tan(angle) for angle in lean]
    figures += [
        Figure(f"centre of mass towards {axis}", 1e3 * aside,
               1e3 * base.com_height * radians(float(uncertain)), "mm")
        for axis, aside, uncertain in zip(("+x", "+y"), offset, error, strict=True)
    ]  # fmt: skip
    if slope is None:
        share = slope_gain(recorded)
        remark = (
            "The floor was taken for level: a slope of 1 degree would show as "
            f"{share:.2f} degrees. With --turn the robot turns once meanwhile, and it drops out."
        )
    else:
        rise = degrees(atan(float(np.linalg.norm(slope))))
        remark = f"It turned: a slope of {rise:.2f} degrees of the floor was told apart."
    remarks = [remark, "It is what is left after `gravity`: an IMU askew would count as weight."]
    if farthest > CREPT:
        remarks.append(f"It crept {farthest:.1f} m. Write this, start anew, and measure once more.")
    new = rounded((float(offset[0]), float(offset[1])), 4)
    return Outcome(
        "balance", tuple(figures), Change("base.com_offset", base.com_offset, new),
        tuple(remarks),
    )  # fmt: skip
