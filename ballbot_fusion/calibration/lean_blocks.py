"""A while of balancing cut into blocks: how far the robot leant in each, less what moved it.

With the symbols of core/balance.py, both of its equations without the torque T between them give,
for ground that rises by s and a robot that is in balance at the lean ``b``,

    lean = b + [d/dt B1 + R d/dt B2] / (m l g) + R (M + m) / (m l) s
    B1 = m l v + (I + m l^2) theta',    B2 = (M + m + I_b / R^2) v + m l theta'

so that neither torques nor friction of the motors come in. Its mean over a block of time takes the
lean, the velocity at both ends, and nothing else. Of a raw IMU the lean follows from the
accelerometer and the velocity of the point where it sits.
"""

from typing import NamedTuple

import numpy as np

from ballbot_fusion.calibration.motion import Motion
from ballbot_fusion.calibration.recorded import Floats, Recorded
from ballbot_fusion.core.planar import GRAVITY, PlanarRobot

BLOCK_S = 1.5
END_S = 0.03
"""Velocities at the ends of blocks are means over so long."""


class Block(NamedTuple):
    """A while of balancing."""

    lean: Floats
    """Mean towards +x and +y, less what its motion explains, (2,), rad."""
    turn: Floats
    """Takes vectors of the world into the heading frame, mean, (2, 2)."""


def blocks(recorded: Recorded, motion: Motion) -> list[Block]:
    """Cut a recording into blocks."""
    explained = _explained(recorded, motion)
    # ``explained`` is differentiated in a frame that turns.
    turning = motion.rates[:, 2:] * np.column_stack([-explained[:, 1], explained[:, 0]])
    lean = turning - (recorded.ups @ recorded.mount.T)[:, :2]
    end_s = float(motion.seconds[-1]) - END_S
    return [
        _block(motion, lean, explained, begin_s)
        for begin_s in np.arange(END_S, end_s - BLOCK_S + 1e-9, BLOCK_S).tolist()
    ]


def _explained(recorded: Recorded, motion: Motion) -> Floats:
    """What changes of the lean as sensed come of, integrated over time, (N, 2), rad s."""
    along, across = (PlanarRobot.of(recorded.robot, axis) for axis in (1, 0))
    inertias = np.array([along.tipping, across.tipping])
    first = along.lever * motion.velocity + inertias * motion.tipping
    second = along.rolling * motion.velocity + along.lever * motion.tipping
    leant = (first + recorded.robot.ball.radius * second) / (along.lever * GRAVITY)
    if recorded.is_oriented:
        return -leant
    lever = np.cross(motion.rates, np.array(recorded.robot.imu.position))[:, :2]
    felt: Floats = (motion.velocity + lever) / GRAVITY
    return felt - leant


def _block(motion: Motion, lean: Floats, explained: Floats, begin_s: float) -> Block:
    seconds = motion.seconds
    inside = (seconds >= begin_s) & (seconds < begin_s + BLOCK_S)
    before, after = (_at(seconds, explained, at_s) for at_s in (begin_s, begin_s + BLOCK_S))
    c, s = np.cos(motion.yaw[inside]).mean(), np.sin(motion.yaw[inside]).mean()
    mean = lean[inside].mean(axis=0) + (after - before) / BLOCK_S
    return Block(mean, np.array([[c, s], [-s, c]]))


def _at(seconds: Floats, values: Floats, at_s: float) -> Floats:
    """Mean of ``values`` about a time, (columns,)."""
    near = np.abs(seconds - at_s) <= END_S / 2.0
    mean: Floats = values[near].mean(axis=0)
    return mean
