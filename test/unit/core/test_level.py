"""What is upright and how the ground slopes: a simulated planar robot tells the truth."""

from math import inf

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ballbot_fusion.core import rotation
from ballbot_fusion.core.balance import BalanceController
from ballbot_fusion.core.estimator import ZERO, Estimate
from ballbot_fusion.core.level import Level, LevelObserver, LevelSettings
from ballbot_fusion.core.planar import GRAVITY
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import Vector

ROBOT, HOW = RobotConfig(), LevelSettings()
OBSERVER, CONTROLLER = LevelObserver.of(ROBOT), BalanceController.of(ROBOT, 500)
STEP_NS = 2_000_000
biases, slopes = st.floats(-0.012, 0.012), st.floats(-0.15, 0.15)


def equations(axis: int) -> np.ndarray:
    base, ball = ROBOT.base, ROBOT.ball
    lever = base.mass * base.com_height
    rolling = base.mass + ball.mass + ball.inertia / ball.radius**2
    return np.array([[rolling, lever], [lever, base.inertia[axis] + lever * base.com_height]])


class Robot:
    """Both planes of core/balance.py on a slope, sensed with a bias, held by the LQR."""

    def __init__(self, bias: tuple[float, float], slope: tuple[float, float]) -> None:
        self.bias, self.slope = np.array(bias), np.array(slope)
        self.v, self.lean, self.rate = np.zeros(2), np.zeros(2), np.zeros(2)
        self.level, self.now_ns = Level(), 0
        self.observer = OBSERVER

    def sensed(self) -> Estimate:
        leaning = self.lean + self.bias
        attitude = rotation.from_rotation_vector((-leaning[1], leaning[0], 0.0))
        velocity = (float(self.v[0]), float(self.v[1]), 0.0)
        rate = (-float(self.rate[1]), float(self.rate[0]), 0.0)
        return Estimate(attitude, rate, velocity, level=self.level)

    def run(
        self, seconds: float, push: float = 0.0, learns: bool = True, speed: float = 0.0
    ) -> None:
        for _ in range(round(seconds * 1e9 / STEP_NS)):
            self.now_ns += STEP_NS
            sensed = self.sensed()
            if learns:
                self.level = self.observer.stepped(
                    self.level, sensed.tilt_rotation, sensed.rate, sensed.velocity, self.now_ns
                )
            self._act(sensed, push, speed)

    def coast(self, seconds: float) -> float:
        """Brake without encoders; largest error of the velocity, m/s."""
        worst = 0.0
        for _ in range(round(seconds * 1e9 / STEP_NS)):
            self.now_ns += STEP_NS
            sensed = self.sensed()
            self.level, velocity = OBSERVER.coasted(
                self.level, sensed.tilt_rotation, sensed.rate, self.now_ns
            )
            worst = max(worst, abs(velocity[0] - self.v[0]), abs(velocity[1] - self.v[1]))
            self._act(sensed._replace(velocity=velocity), 0.0, 0.0)
        return worst

    def _act(self, sensed: Estimate, push: float, speed: float) -> None:
        levelled = sensed._replace(
            attitude=rotation.multiply(sensed.attitude, self.level.correction),
            level=self.level,
        )
        wheels = CONTROLLER.wheel_torques(levelled, (speed, 0.0, 0.0))
        self.level = OBSERVER.with_motors(self.level, wheels, self.now_ns)
        self._move(CONTROLLER.kinematics.ball_torque(wheels), push)

    def _move(self, torque: Vector, push: float) -> None:
        lever = ROBOT.base.mass * ROBOT.base.com_height
        weight = (ROBOT.base.mass + ROBOT.ball.mass) * GRAVITY
        for index, (axis, drive) in enumerate(((1, torque[1]), (0, -torque[0]))):
            forces = [
                drive / ROBOT.ball.radius - weight * self.slope[index] + push,
                lever * GRAVITY * self.lean[index] - drive + push * ROBOT.base.com_height,
            ]
            dv, dw = np.linalg.solve(equations(axis), forces) * STEP_NS * 1e-9
            self.v[index] += dv
            self.rate[index] += dw
            self.lean[index] += self.rate[index] * STEP_NS * 1e-9


@settings(max_examples=5, deadline=None)
@given(st.tuples(biases, biases), st.tuples(slopes, slopes))
def test_bias_and_slope_are_found_and_the_robot_stands(bias: tuple, slope: tuple) -> None:
    robot = Robot(bias, slope)
    robot.run(20.0)
    np.testing.assert_allclose(robot.level.bias, bias, atol=3e-4)
    np.testing.assert_allclose(robot.level.slope, slope, atol=3e-3)
    np.testing.assert_allclose(robot.v, 0.0, atol=1e-3)


def test_without_learning_it_creeps() -> None:
    robot = Robot((0.003, 0.0), (0.0, 0.0))
    robot.run(20.0, learns=False)
    assert abs(robot.v[0]) > 0.01


@pytest.mark.parametrize("push", [-350.0, 350.0])
def test_a_push_is_not_mistaken_for_a_slope(push: float) -> None:
    robot = Robot((0.0, 0.0), (0.0, 0.0))
    robot.run(3.0)
    robot.run(0.1, push=push)
    most = [0.0, 0.0]
    for _ in range(30):
        robot.run(0.1)
        most = np.maximum(most, [abs(robot.level.bias[0]), abs(robot.level.slope[0])])
    assert most[0] <= HOW.bias_step
    assert most[1] <= 2.0 * HOW.slope_step


def test_a_robot_that_somebody_holds_learns_nothing() -> None:
    level, askew = Level(), rotation.from_rotation_vector((0.0, 0.2, 0.0))
    for step in range(1, 2000):
        level = OBSERVER.with_motors(level, ZERO, step * STEP_NS)
        level = OBSERVER.stepped(level, askew, ZERO, ZERO, step * STEP_NS)
    assert level.bias == level.slope == (0.0, 0.0)


@settings(max_examples=30)
@given(st.floats(-3.0, 3.0), st.floats(-1.0, 1.0), st.floats(-3.5, 3.5))
def test_what_it_learns_is_bounded(speed: float, lean: float, effort: float) -> None:
    level, askew = Level(), rotation.from_rotation_vector((lean, lean, 0.0))
    for step in range(1, 1500):
        level = OBSERVER.with_motors(level, (effort or 1.0, 0.0, 0.0), step * STEP_NS)
        level = OBSERVER.stepped(level, askew, ZERO, (speed, -speed, 0.0), step * STEP_NS)
    assert max(map(abs, level.bias)) <= HOW.largest_bias
    assert max(map(abs, level.slope)) <= HOW.largest_slope
    assert max(map(abs, (*level.tipping, *level.rolling))) < inf


@given(slopes)
@settings(max_examples=4, deadline=None)
def test_without_encoders_it_brakes_on_what_the_motors_tell(slope: float) -> None:
    robot = Robot((0.003, -0.002), (slope, 0.0))
    robot.run(8.0)
    robot.run(4.0, speed=0.4)
    assert robot.v[0] > 0.35
    assert robot.coast(4.0) < 0.1
    assert abs(robot.v[0]) < 0.1


def test_a_gap_changes_nothing_of_what_is_known() -> None:
    robot = Robot((0.003, -0.004), (0.02, 0.0))
    robot.run(10.0)
    known = robot.level
    robot.now_ns += 1_000_000_000
    sensed = robot.sensed()
    after = OBSERVER.stepped(
        known, sensed.tilt_rotation, sensed.rate, sensed.velocity, robot.now_ns
    )
    assert (after.bias, after.slope) == (known.bias, known.slope)


@settings(max_examples=6, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(x=st.floats(-0.02, 0.02), y=st.floats(-0.02, 0.02))
def test_a_centre_of_mass_that_is_known_is_the_bias_from_the_first_sample_on(
    x: float, y: float
) -> None:
    """And whatever differs from it by less than the bound is learned, as without it."""
    aside = ROBOT.model_copy(
        update={"base": ROBOT.base.model_copy(update={"com_offset": (x, y)})}
    )  # fmt: skip
    observer, height = LevelObserver.of(aside), ROBOT.base.com_height
    known = (-np.arctan2(x, height), -np.arctan2(y, height))
    assert observer.begun(Level()).bias == pytest.approx(known)
    assert OBSERVER.begun(Level()) == Level()
    robot = Robot((known[0] + 0.01, known[1] - 0.01), (0.0, 0.0))
    robot.level, robot.observer = observer.begun(Level()), observer
    robot.run(12.0)
    assert robot.level.bias == pytest.approx(tuple(robot.bias), abs=0.002)
    assert np.abs(robot.v).max() < 0.05
