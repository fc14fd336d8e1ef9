"""Wrong cables on a robot that moves exactly as it pleases: kinematics alone, no physics."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import cos, sin

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.core.streams import MS, ROBOT, START_NS

from ballbot_fusion.core import rotation
from ballbot_fusion.core.estimator import Estimate
from ballbot_fusion.core.kinematics import wheel_matrix
from ballbot_fusion.core.planar import GRAVITY
from ballbot_fusion.core.rotation import Quaternion
from ballbot_fusion.core.samples import ImuSample, Source
from ballbot_fusion.core.signed_orders import SIGNED_ORDERS, in_words
from ballbot_fusion.core.wheel_check import LONGEST_LAG_NS, Evidence, Felt, WheelCheck

CHECK = WheelCheck(ROBOT)
RIGHT, BACKWARD = SIGNED_ORDERS[0], ((0, 1, 2), (-1, -1, -1))
J = wheel_matrix(ROBOT)
RADIUS = ROBOT.ball.radius
H = 1e-4
"""For derivatives, s."""
UP = np.array([0.0, 0.0, GRAVITY])


@dataclass(frozen=True)
class Ride:
    """A body that sways and a ball that rolls, any way."""

    speed: float = 0.15
    """m/s"""
    direction: float = 0.3
    beat: float = 3.0
    """rad/s"""
    sway: float = 0.03
    """rad"""
    yaw_rate: float = 0.3

    def attitude(self, t: float) -> Quaternion:
        sway = (self.sway * sin(2.0 * t), self.sway * sin(3.0 * t + 1.0), 0.0)
        return rotation.multiply(
            rotation.about_z(self.yaw_rate * t), rotation.from_rotation_vector(sway)
        )

    def rate(self, t: float) -> np.ndarray:
        turned = rotation.multiply(rotation.conjugate(self.attitude(t - H)), self.attitude(t + H))
        return np.array(rotation.to_rotation_vector(turned)) / (2.0 * H)

    def velocity(self, t: float) -> np.ndarray:
        along = self.speed * (1.0 - cos(self.beat * t))
        across = 0.4 * self.speed * sin(1.7 * self.beat * t)
        c, s = cos(self.direction), sin(self.direction)
        return np.array([c * along - s * across, s * along + c * across, 0.0])

    def _of_imu(self, t: float) -> np.ndarray:
        lever = tuple(np.cross(self.rate(t), ROBOT.imu.position).tolist())
        return self.velocity(t) + rotation.rotate(self.attitude(t), lever)

    def felt(self, t: float, wrong=RIGHT, bias=(0.0, 0.0, 0.0)) -> Felt:
        """What a perfect IMU with a bias, and encoders with wrong cables, say."""
        back = rotation.conjugate(self.attitude(t))
        acceleration = (self._of_imu(t + H) - self._of_imu(t - H)) / (2.0 * H)
        force = rotation.rotate(back, tuple(np.add(acceleration, UP).tolist()))
        x, y, _ = self.velocity(t) / RADIUS
        wheels = J @ (np.array(rotation.rotate(back, (-y, x, 0.0))) - self.rate(t))
        order, signs = wrong
        shown = tuple(float(s * wheels[w]) for w, s in zip(order, signs, strict=True))
        now_ns = START_NS + round(t * 1e9)
        estimate = Estimate(
            self.attitude(t), tuple(self.rate(t).tolist()), wheel_speeds=shown, imu_ns=now_ns,
            encoders_ns=now_ns - MS,
        )  # fmt: skip
        rate, biased = estimate.rate, tuple(f + b for f, b in zip(force, bias, strict=True))
        return Felt(estimate, ImuSample(Source.IMU, now_ns, now_ns, rate, biased, None, ""))


def looked(
    ride: Ride, seconds: float, spoil: Callable[[Felt], Felt] = lambda felt: felt, **how: object
) -> tuple[float, str, Evidence]:
    """When something was found, in words; else the end."""
    evidence, t = None, 0.0
    while t < seconds:
        evidence = CHECK.step(evidence, spoil(ride.felt(t, **how)))
        if said := CHECK.defect(evidence):
            return t, said, evidence
        t += 0.01
    return t, "", evidence


rides = st.builds(
    Ride,
    speed=st.floats(0.1, 0.4),
    direction=st.floats(0.0, 6.2),
    beat=st.floats(2.0, 5.0),
    sway=st.floats(0.0, 0.08),
    yaw_rate=st.floats(-0.7, 0.7),
)
biases = st.tuples(*[st.floats(-0.1, 0.1)] * 3)


@settings(max_examples=12)
@given(rides, biases)
def test_right_cables_are_proven_and_never_accused(ride, bias):
    _, said, evidence = looked(ride, 3.0, bias=bias)
    assert said == ""
    assert evidence.proven


@settings(max_examples=40)
@given(rides, biases, st.sampled_from(range(1, 48)))
def test_wrong_cables_are_found_whatever_the_robot_does(ride, bias, number):
    seconds, said, evidence = looked(ride, 3.0, wrong=SIGNED_ORDERS[number], bias=bias)
    assert said.startswith("the encoders contradict the IMU, as if "), seconds
    assert evidence.possible[number]
    assert not evidence.proven


@pytest.mark.parametrize("wrong", SIGNED_ORDERS[1:])
def test_wrong_cables_are_named_within_a_second(wrong):
    seconds, said, _ = looked(Ride(), 3.0, wrong=wrong)
    assert in_words(wrong, ROBOT.joint_names) in said
    assert seconds < 1.0


def test_at_rest_nobody_knows():
    _, said, evidence = looked(Ride(speed=0.0, sway=0.0, yaw_rate=0.0), 1.0, wrong=BACKWARD)
    assert said == ""
    assert evidence.possible.all()


def test_wheels_that_turn_in_the_air_are_no_wrong_cables():
    """On a stand the ball spins, and nothing moves."""
    rest = Ride(speed=0.0, sway=0.0, yaw_rate=0.0)
    ride = Ride(speed=0.5, sway=0.0, yaw_rate=0.0)

    def in_the_air(felt: Felt) -> Felt:
        t = (felt.estimate.imu_ns - START_NS) * 1e-9
        return Felt(ride.felt(t).estimate, rest.felt(t).imu)

    _, said, evidence = looked(rest, 2.0, in_the_air)
    assert said == ""
    assert not evidence.proven


@pytest.mark.parametrize("late_ns", [LONGEST_LAG_NS + MS, 10**9])
def test_wheels_that_are_late_are_not_judged(late_ns):
    def late(felt: Felt) -> Felt:
        estimate = felt.estimate
        return Felt(estimate._replace(encoders_ns=estimate.imu_ns - late_ns), felt.imu)

    assert looked(Ride(), 1.0, late, wrong=BACKWARD)[2] is None


def test_a_gap_forgets_the_motion_and_keeps_what_was_ruled_out():
    """The robot was carried while nobody could see it."""
    ride = Ride()
    _, _, evidence = looked(ride, 0.3)
    assert not evidence.possible.all()
    assert not evidence.proven
    after = CHECK.step(evidence, ride.felt(2.0))
    assert (after.possible == evidence.possible).all()
    assert not after.once.any()
    assert CHECK.step(after, ride.felt(1.0)).begin_ns < after.begin_ns


def test_the_mount_of_the_imu_counts():
    turned = ROBOT.model_copy(
        update={"imu": ROBOT.imu.model_copy(update={"rpy_deg": (0.0, 0.0, 90.0)})}
    )
    check, evidence = WheelCheck(turned), None
    for step in range(400):
        felt = Ride().felt(step * 0.005)
        x, y, z = felt.imu.linear_acceleration
        imu = replace(felt.imu, linear_acceleration=(y, -x, z))
        evidence = check.step(evidence, Felt(felt.estimate, imu))
        assert check.defect(evidence) == ""
    assert evidence.proven
