"""Gyro bias and gravity: what is planted is found, whatever the mount; what moved is refused."""

from collections.abc import Callable
from math import degrees, radians

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.calibrated import Sensed, at_rest, robot, still, upright

from ballbot_fusion.calibration.changed import changed
from ballbot_fusion.calibration.gravity import alignment
from ballbot_fusion.calibration.imu import gyro_bias
from ballbot_fusion.calibration.outcome import CalibrationRefusedError, Outcome
from ballbot_fusion.calibration.recorded import Recorded
from ballbot_fusion.core import rotation
from ballbot_fusion.core.frames import matrix_of, rpy_of
from ballbot_fusion.core.planar import GRAVITY
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.samples import ImuSample

angles = st.floats(-180.0, 180.0)
mounts = st.tuples(angles, angles, angles)
few = settings(max_examples=25, deadline=None)


def turned(robot_: RobotConfig, by_deg: Vector) -> RobotConfig:
    """The same robot with its IMU turned further, in base_link."""
    further = rotation.from_rotation_vector(tuple(np.radians(by_deg).tolist()))
    columns = [rotation.rotate(further, c) for c in ((1.0, 0, 0), (0, 1.0, 0), (0, 0, 1.0))]
    roll, pitch, yaw = np.radians(robot_.imu.rpy_deg).tolist()
    rpy = np.degrees(rpy_of(np.array(columns).T @ matrix_of((roll, pitch, yaw))))
    values = robot_.model_dump()
    values["imu"]["rpy_deg"] = tuple(rpy.tolist())
    return RobotConfig.model_validate(values)


@few
@given(mount=mounts, bias=st.tuples(*[st.floats(-0.1, 0.1)] * 3))
def test_the_gyros_bias_is_found_in_its_own_axes(mount: Vector, bias: Vector) -> None:
    told = robot(imu={"rpy_deg": mount})
    outcome = gyro_bias(at_rest(told, told, 4.0, bias=bias))
    assert outcome.change.key == "imu.gyro_bias"
    assert outcome.change.new == pytest.approx(bias, abs=5e-4)
    for figure, true in zip(outcome.figures, bias, strict=True):
        assert figure.value == pytest.approx(degrees(true), abs=2.5 * figure.uncertainty)


@few
@given(mount=mounts, roll=st.floats(-8.0, 8.0), pitch=st.floats(-8.0, 8.0))
def test_a_mount_that_is_askew_is_found(mount: Vector, roll: float, pitch: float) -> None:
    told = robot(imu={"orientation": "estimated", "rpy_deg": mount})
    true = turned(told, (roll, pitch, 0.0))
    outcome = alignment(at_rest(true, told, 4.0))
    found = changed(told, outcome.change)
    again = alignment(at_rest(true, found, 4.0))
    assert max(abs(figure.value) for figure in again.figures) < 0.05
    # Of all mounts that stand upright the nearest one: nothing turned about the vertical.
    q, p = (rotation.from_rpy(*np.radians(r.imu.rpy_deg).tolist()) for r in (found, true))
    apart = rotation.to_rotation_vector(rotation.multiply(q, rotation.conjugate(p)))
    assert degrees(np.linalg.norm(apart)) < 0.4  # rotations of 8 degrees do not commute


@pytest.mark.parametrize("judge", [gyro_bias, alignment])
@pytest.mark.parametrize("seconds", [0.2, 0.4, 0.9])
def test_a_moment_tells_no_uncertainty(
    judge: Callable[[Recorded], Outcome], seconds: float
) -> None:
    with pytest.raises(CalibrationRefusedError, match="--seconds"):
        judge(at_rest(robot(), robot(), seconds))


def test_a_right_mount_stays_and_yaw_is_kept_near() -> None:
    told = robot(imu={"rpy_deg": (180.0, 0.0, 90.0), "orientation": "estimated"})
    outcome = alignment(at_rest(told, told, 4.0))
    assert outcome.change.new == pytest.approx((180.0, 0.0, 90.0), abs=0.05)


def test_an_orientation_that_is_sent_is_what_the_robot_goes_by() -> None:
    told = RobotConfig()
    sensed = Sensed(told)
    q = rotation.from_rpy(radians(3.0), radians(-2.0), 1.0)
    samples = [
        ImuSample(s.source, s.stamp_ns, s.arrival_ns, s.angular_velocity, s.linear_acceleration, q)
        for s in sensed.imu(4.0, upright)
    ]
    recorded = Recorded.of(told, [*samples, *sensed.wheels(4.0, still)], 4.0)
    outcome = alignment(recorded)
    assert recorded.is_oriented
    assert outcome.figures[0].value == pytest.approx(-2.0, abs=0.02)
    assert outcome.figures[1].value == pytest.approx(-3.0, abs=0.02)
    assert outcome.change.new[:2] == pytest.approx((3.0, -2.0), abs=0.1)  # type: ignore[index]


@pytest.mark.parametrize(
    ("turn", "force", "words"),
    [
        (lambda t: 0.3 if 1.0 < t < 1.6 else 0.0, lambda t: GRAVITY, "the robot moved"),
        (lambda t: 0.0, lambda t: GRAVITY + (2.0 if t > 3.0 else 0.0), "the robot moved"),
        (lambda t: 0.2, lambda t: GRAVITY, "rad/s at rest"),
    ],
)  # fmt: skip
def test_no_bias_of_a_robot_that_moves_or_a_gyro_in_degrees(turn, force, words) -> None:  # type: ignore[no-untyped-def]
    told = robot()
    sensed = Sensed(told)
    imu = sensed.imu(4.0, lambda t: ((0.0, turn(t), 0.0), (0.0, 0.0, force(t))))
    with pytest.raises(CalibrationRefusedError, match=words):
        gyro_bias(Recorded.of(told, [*imu, *sensed.wheels(4.0, still)], 4.0))


def test_no_bias_of_a_robot_that_rolls() -> None:
    told = robot()
    sensed = Sensed(told)
    rolling = sensed.wheels(4.0, lambda t: (0.0, 0.1, 0.0))
    with pytest.raises(CalibrationRefusedError, match="a wheel turned"):
        gyro_bias(Recorded.of(told, [*sensed.imu(4.0, upright), *rolling], 4.0))


@pytest.mark.parametrize(
    ("force", "words"),
    [((GRAVITY, 0.0, 0.0), "90 degrees from z"), ((0.0, 0.0, 1.0), "specific force of 1.00")],
)
def test_no_mount_of_what_is_no_gravity(force: Vector, words: str) -> None:
    told = robot()
    sensed = Sensed(told)
    imu = sensed.imu(4.0, lambda t: ((0.0, 0.0, 0.0), force))
    with pytest.raises(CalibrationRefusedError, match=words):
        alignment(Recorded.of(told, [*imu, *sensed.wheels(4.0, still)], 4.0))
