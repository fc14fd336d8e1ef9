"""Whether the encoders are wired as the robot file says: signs and order, told from the IMU.

At rest nobody can know. Once the robot moves on its ball, the wheels and the body's rate give the
velocity of the ball (core/kinematics.py), and the accelerometer gives how that changes: of the
point where the IMU sits,

    d/dt (v + w x r) = R f - g, horizontally,

whoever pushes, whatever the ground's slope, the masses and the torques. Each of the 48 signed
orders of three cables predicts another v. What is left between both sides goes through two
high-pass filters, which forget the accelerometer's bias, and is squared and averaged. Orders that
explain much less than the robot file's are ruled out for good; one that is not, and explains much
more for a while, is what the cables are. When all others are ruled out, the cables are right, and
nobody looks again until the next arming.
"""

from dataclasses import dataclass
from functools import cached_property
from math import exp, radians
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core import rotation
from ballbot_fusion.core.estimator import Estimate
from ballbot_fusion.core.kinematics import wheel_matrix
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import Quaternion, Vector
from ballbot_fusion.core.samples import ImuSample, Source
from ballbot_fusion.core.signed_orders import SIGNED_ORDERS, in_words, mistakes, righted
from ballbot_fusion.core.tick import Tick

Floats = NDArray[np.float64]
FORGETS_S = 0.5
"""Time constant of both high-pass filters and of the average, s."""
SETTLES_S = 0.06
"""Not judged for so long after arming: a robot that is set down spins its ball in the air, s."""
NOISE = 0.008
"""What is left of right cables by noise alone, m/s."""
RATIO = 5.0
"""How many times worse an explanation must be to be ruled out."""
HOLDS_S = 0.1
"""How long another order must explain so much more before it is believed, s."""
DOUBTS_S = 0.3
"""The same where others explain it as well: which it is shows as the robot turns another way."""
ALIKE = 3.0
"""What is left may differ by this factor and explain as well."""
SPIN_WEIGHT = 0.7
"""Of the ball's spin about the vertical, which friction with the ground holds to nearly none."""
LARGEST_TILT = radians(20.0)
"""A robot that leans further is not judged: it falls, or lies, and its wheels turn in the air."""
LONGEST_LAG_NS = 12_000_000
"""Wheels and IMU of moments further apart are not compared: encoders may come at 100 Hz."""
LONGEST_GAP = 2.5
"""Control periods between IMU samples; after a longer one the filters begin anew."""
AXES: tuple[Vector, Vector, Vector] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


def _crossed(a: Vector, b: Vector) -> Floats:
    """Cross product; numpy's takes ten times as long for one."""
    return np.array(
        [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
    )


class Felt(NamedTuple):
    """What wheels and IMU say, neither levelled nor extrapolated."""

    estimate: Estimate
    imu: ImuSample


def felt(result: Tick) -> Felt | None:
    """Return what a tick felt; None before the first samples of IMU and encoders."""
    newest = result.state.sync.channels[Source.IMU].sample
    if not isinstance(newest, ImuSample) or result.state.estimate.encoders_ns < 0:
        return None
    return Felt(result.state.estimate, newest)


@dataclass(frozen=True, eq=False)
class Motion:
    """One moment, as the 48 orders would have it. Arrays: (48, 2) and (48,)."""

    taken_ns: int
    acceleration: Floats
    """R f, for gravity is vertical: of the IMU's point, horizontal, (2,), m/s^2."""
    velocity: Floats
    """Of the IMU's point, horizontal, in the odometry frame, m/s."""
    spin: Floats
    """Of the ball about the vertical, as speed of its surface, m/s."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """Everything that is remembered since arming."""

    motion: Motion
    begin_ns: int
    once: Floats
    """What is left after one filter, (48, 2)."""
    twice: Floats
    left: Floats
    """Mean square of what is left, (48,), (m/s)^2."""
    better_s: Floats
    """For how long each order has explained much more than the right one, (48,)."""
    possible: NDArray[np.bool_]
    """Which orders are not ruled out, (48,); the right one never is."""

    @property
    def proven(self) -> bool:
        """Whether the cables are right."""
        return not self.possible[1:].any()


@dataclass(frozen=True)
class WheelCheck:
    """Constants of one robot; all state is in Evidence."""

    robot: RobotConfig
    rate_hz: float = 200.0
    """Of the steps."""

    @cached_property
    def _spins(self) -> Floats:
        """Ball spin relative to the body from wheel speeds as shown, by order: (144, 3)."""
        inverse = np.linalg.inv(wheel_matrix(self.robot))
        return np.concatenate([inverse @ righted(order) for order in SIGNED_ORDERS])

    @cached_property
    def _mount(self) -> Quaternion:
        return rotation.from_rpy(*(radians(angle) for angle in self.robot.imu.rpy_deg))

    def step(self, evidence: Evidence | None, now: Felt) -> Evidence | None:
        """Take in what was felt; ``evidence`` is None at arming, until something can be judged."""
        if evidence is not None and evidence.proven:
            return evidence
        taken_ns, tilt = now.estimate.imu_ns, now.estimate.tilt
        if abs(taken_ns - now.estimate.encoders_ns) > LONGEST_LAG_NS or not tilt < LARGEST_TILT:
            return evidence
        if evidence is None:
            return self._begun(self._motion(now))
        passed_ns = taken_ns - evidence.motion.taken_ns
        if passed_ns == 0:
            return evidence
        motion = self._motion(now)
        if not 0 < passed_ns < LONGEST_GAP / self.rate_hz * 1e9:
            begun = self._begun(motion)
            return Evidence(
                motion, taken_ns, begun.once, begun.twice, evidence.left, begun.better_s,
                evidence.possible,
            )  # fmt: skip
        return self._judged(self._filtered(evidence, motion, passed_ns * 1e-9), passed_ns * 1e-9)

    @staticmethod
    def _begun(motion: Motion) -> Evidence:
        count = len(SIGNED_ORDERS)
        zeros, pairs = np.zeros(count), np.zeros((count, 2))
        return Evidence(motion, motion.taken_ns, pairs, pairs, zeros, zeros, np.ones(count, bool))

    def _motion(self, now: Felt) -> Motion:
        estimate, radius = now.estimate, self.robot.ball.radius
        turn = np.array([rotation.rotate(estimate.attitude, axis) for axis in AXES])
        rate = np.array(estimate.rate)
        spins = (self._spins @ np.array(estimate.wheel_speeds)).reshape(-1, 3)
        ball = (spins + rate) @ turn
        velocity = np.stack([radius * ball[:, 1], -radius * ball[:, 0]], axis=1)
        velocity += (_crossed(estimate.rate, self.robot.imu.position) @ turn)[:2]
        force = np.array(rotation.rotate(self._mount, now.imu.linear_acceleration))
        spin = SPIN_WEIGHT * radius * ball[:, 2]
        return Motion(estimate.imu_ns, (force @ turn)[:2], velocity, spin)

    @staticmethod
    def _filtered(before: Evidence, motion: Motion, seconds: float) -> Evidence:
        keeps, last = exp(-seconds / FORGETS_S), before.motion
        sped = 0.5 * seconds * (last.acceleration + motion.acceleration)
        once = (before.once + motion.velocity - last.velocity - sped) * keeps
        twice = (before.twice + once - before.once) * keeps
        left = before.left
        if motion.taken_ns - before.begin_ns > SETTLES_S * 1e9:
            square = (twice * twice).sum(axis=1) + motion.spin * motion.spin
            left = square + keeps * (left - square)
        return Evidence(
            motion, before.begin_ns, once, twice, left, before.better_s, before.possible
        )

    @staticmethod
    def _judged(now: Evidence, seconds: float) -> Evidence:
        found = now.left + NOISE * NOISE
        possible = now.possible & (found < RATIO * found[0])
        better_s = np.where(RATIO * found <= found[0], now.better_s + seconds, 0.0)
        return Evidence(now.motion, now.begin_ns, now.once, now.twice, now.left, better_s, possible)

    def defect(self, evidence: Evidence | None) -> str:
        """Say what is wrong with the cables; empty while nothing shows that anything is."""
        if evidence is None or evidence.proven:
            return ""
        held_s = float(evidence.better_s[evidence.possible].max())
        if held_s < HOLDS_S:
            return ""  # every tick; what follows sorts all orders
        found = self._explaining(evidence)
        if len(found) > 1 and held_s < DOUBTS_S:
            return ""
        words = [in_words(SIGNED_ORDERS[order], self.robot.joint_names) for order in found[:2]]
        return (
            f"the encoders contradict the IMU, as if {', or '.join(words)}: check cables, signs "
            "and joint names"
        )

    @staticmethod
    def _explaining(evidence: Evidence) -> list[int]:
        """Orders that explain about as well as the best, those of fewest mistakes first."""
        left = np.where(evidence.possible, evidence.left + NOISE * NOISE, np.inf)
        left[0] = np.inf
        found = np.flatnonzero(left <= ALIKE * left.min()).tolist()
        return sorted(found, key=lambda order: (mistakes(SIGNED_ORDERS[order]), left[order]))

    @staticmethod
    def progress(evidence: Evidence | None) -> str:
        """Say how much is known, for diagnostics."""
        if evidence is None:
            return "not looked at"
        if evidence.proven:
            return "proven right"
        left = int(evidence.possible[1:].sum())
        return f"not proven yet: {left} wrong orders and signs possible, until it has moved"
