"""The centre of mass of a robot that sways on a slope, turning or not, is found."""

import re
from math import atan2, cos, degrees, radians, sin

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.calibrated import BEGIN_NS, IMU_HZ, Sensed, robot

from ballbot_fusion.calibration.balance import com_offset
from ballbot_fusion.calibration.lean_fit import slope_gain
from ballbot_fusion.calibration.outcome import CalibrationRefusedError
from ballbot_fusion.calibration.recorded import Recorded
from ballbot_fusion.core import rotation
from ballbot_fusion.core.balance import BalanceSettings, planar_gains
from ballbot_fusion.core.kinematics import BallKinematics
from ballbot_fusion.core.planar import GRAVITY, PlanarRobot
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.samples import JointSample, Sample, Source

STEP_S = 1.0 / IMU_HZ
SECONDS = 24.0
TOLD = robot(imu={"orientation": "estimated", "rpy_deg": (180.0, 5.0, 60.0)})
HEIGHT = TOLD.base.com_height
Pair = tuple[float, float]


def with_offset(lean_deg: Pair) -> RobotConfig:
    aside = [-HEIGHT * np.tan(radians(angle)) for angle in lean_deg]
    return TOLD.model_copy(update={"base": TOLD.base.model_copy(update={"com_offset": aside})})


class Swaying:
    """Both equations of core/balance.py in the world, an LQR with unsteady motors, and a hand."""

    def __init__(
        self, lean_deg: Pair, slope: Pair = (0.0, 0.0), turn: float = 0.0, seed: int = 0,
        unsteady: float = 1.0, push: float = 0.0, drift: float = 0.0,
    ) -> None:  # fmt: skip
        _, rolling, lever, tipping = PlanarRobot.of(TOLD, 1)
        self.matrix = np.linalg.inv(np.array([[rolling, lever], [lever, tipping]]))
        self.weight = (TOLD.base.mass + TOLD.ball.mass) * GRAVITY
        self.lever, self.balance = lever, np.radians(lean_deg)
        self.slope, self.turn, self.drift = np.array(slope), turn, drift
        self.push, self.unsteady = push, unsteady
        self.gains = planar_gains(TOLD, 1, STEP_S, BalanceSettings())
        self.random = np.random.default_rng(seed)
        self.kinematics = BallKinematics.of(TOLD)
        self.v, self.rate = np.zeros(2), np.zeros(2)
        self.lean = self.balance + slope_gain(TOLD) * self.slope

    def samples(self, seconds: float = SECONDS) -> list[Sample]:
        sensed = Sensed(TOLD)
        felt: list[tuple[Vector, Vector]] = []
        wheels: list[Sample] = []
        noise = np.zeros((2, 2))
        for k in range(round(seconds * IMU_HZ) + 1):
            yaw = self.turn * k * STEP_S
            noise += STEP_S / 0.3 * (4.0 * self.random.standard_normal((2, 2)) - noise)
            felt.append(self._step(yaw, self.push * noise[0], self.unsteady * noise[1]))
            if k % 2 == 0:
                stamp = BEGIN_NS + k * 1_000_000_000 // IMU_HZ
                speeds = self._speeds(yaw, felt[-1][0])
                names = TOLD.joint_names
                wheels.append(JointSample(Source.ENCODERS, stamp, stamp, names, velocity=speeds))
        return [*sensed.imu(seconds, lambda t: felt[round(t * IMU_HZ)]), *wheels]

    def _step(self, yaw: float, push: np.ndarray, unsteady: np.ndarray) -> tuple[Vector, Vector]:
        """Return rate and specific force of the IMU in base_link."""
        c, s = cos(yaw), sin(yaw)
        world = np.array([[c, -s], [s, c]])
        balance = world @ self.balance
        hold = self.weight * TOLD.ball.radius * self.slope
        off = self.lean - balance - hold / (self.lever * GRAVITY)
        _, tilt, speed, tip = self.gains
        torque = (
            hold + unsteady - tilt * off - speed * (self.v - [self.drift, 0.0]) - tip * self.rate
        )
        forces = np.stack([
            torque / TOLD.ball.radius - self.weight * self.slope + push,
            self.lever * GRAVITY * (self.lean - balance) - torque + push * HEIGHT,
        ])  # fmt: skip
        change, tipping = self.matrix @ forces
        position = TOLD.imu.position[2]
        acceleration = change + position * tipping
        tilted = rotation.multiply(
            rotation.from_rotation_vector((-self.lean[1], self.lean[0], 0.0)), rotation.about_z(yaw)
        )
        back = rotation.conjugate(tilted)
        force = rotation.rotate(back, (*acceleration.tolist(), GRAVITY))
        rate = rotation.rotate(back, (-float(self.rate[1]), float(self.rate[0]), self.turn))
        self.v = self.v + change * STEP_S
        self.rate = self.rate + tipping * STEP_S
        self.lean = self.lean + self.rate * STEP_S
        return rate, force

    def _speeds(self, yaw: float, rate: Vector) -> Vector:
        ball = (-float(self.v[1]) / TOLD.ball.radius, float(self.v[0]) / TOLD.ball.radius, 0.0)
        turned = rotation.rotate(rotation.about_z(-yaw), ball)
        x, y, z = (a - b for a, b in zip(turned, rate, strict=True))
        return self.kinematics.wheel_speeds((x, y, z))


leans = st.tuples(st.floats(-4.0, 4.0), st.floats(-4.0, 4.0))
slopes = st.tuples(st.floats(-0.03, 0.03), st.floats(-0.03, 0.03))


@settings(max_examples=8, deadline=None)
@given(lean=leans, seed=st.integers(0, 999))
def test_the_lean_in_balance_is_found_on_level_ground(lean: Pair, seed: int) -> None:
    outcome = com_offset(Recorded.of(TOLD, Swaying(lean, seed=seed).samples(), SECONDS))
    assert outcome.change.key == "base.com_offset"
    assert [f.value for f in outcome.figures[:2]] == pytest.approx(lean, abs=0.05)
    aside = with_offset(lean).base.com_offset
    assert outcome.change.new == pytest.approx(tuple(aside), abs=6e-4)
    assert "taken for level" in outcome.remarks[0]


@settings(max_examples=8, deadline=None)
@given(lean=leans, slope=slopes, rate=st.sampled_from([-0.5, 0.3, 0.5]), seed=st.integers(0, 999))
def test_a_robot_that_turns_tells_the_slope_apart(
    lean: Pair, slope: Pair, rate: float, seed: int
) -> None:
    swaying = Swaying(lean, slope, rate, seed)
    outcome = com_offset(Recorded.of(TOLD, swaying.samples(), SECONDS))
    assert [f.value for f in outcome.figures[:2]] == pytest.approx(lean, abs=0.06)
    rise = degrees(atan2(float(np.hypot(*slope)), 1.0))
    said = float(outcome.remarks[0].split("a slope of ")[1].split()[0])
    assert said == pytest.approx(rise, abs=0.1)


@pytest.mark.parametrize("rate", [0.0, -0.1])
def test_a_robot_that_was_to_turn_and_did_not_is_refused(rate: float) -> None:
    """Else the floor would be taken for level although somebody said that it is not."""
    samples = Swaying((1.0, 0.0), (0.02, 0.0), rate).samples()
    recorded = Recorded.of(TOLD, samples, SECONDS)
    with pytest.raises(CalibrationRefusedError, match="was not turned") as refusal:
        com_offset(recorded, turn=True)
    found = re.search(r"(\d+) degrees about the vertical, expected 150 or more", str(refusal.value))
    assert found is not None
    assert float(found[1]) == pytest.approx(degrees(abs(rate) * SECONDS), abs=1.0)
    assert "ballbot drive" in str(refusal.value)
    assert "taken for level" in com_offset(recorded).remarks[0]


def test_a_robot_that_was_to_turn_and_did_is_not_refused() -> None:
    samples = Swaying((1.0, 0.0), (0.02, 0.0), 0.13).samples()
    outcome = com_offset(Recorded.of(TOLD, samples, SECONDS), turn=True)
    assert "told apart" in outcome.remarks[0]


def test_a_slope_shows_as_it_says_where_the_robot_does_not_turn() -> None:
    slope = (0.02, 0.0)
    outcome = com_offset(Recorded.of(TOLD, Swaying((1.0, 0.0), slope).samples(), SECONDS))
    share = float(outcome.remarks[0].split("show as ")[1].split()[0])
    expected = 1.0 + share * degrees(slope[0])
    assert outcome.figures[0].value == pytest.approx(expected, abs=0.05)


def test_what_was_written_before_does_not_change_what_is_found() -> None:
    samples = Swaying((1.5, -1.0)).samples()
    first = com_offset(Recorded.of(TOLD, samples, SECONDS)).change
    again = com_offset(Recorded.of(with_offset((1.5, -1.0)), samples, SECONDS)).change
    assert first.new == again.new
    assert again.new == pytest.approx(again.old, abs=6e-4)


@pytest.mark.parametrize(
    ("swaying", "seconds", "words"),
    [
        (Swaying((1.0, 0.0), unsteady=0.0), SECONDS, "wheels that stand still"),
        (Swaying((9.0, 0.0)), SECONDS, "9.. degrees from upright"),
        (Swaying((1.0, 0.0), drift=0.5), SECONDS, "the robot did not stay"),
        (Swaying((1.0, 0.0)), 6.0, "9 s or more"),
    ],
)
def test_what_is_no_balancing_on_the_spot_is_refused(
    swaying: Swaying, seconds: float, words: str
) -> None:
    with pytest.raises(CalibrationRefusedError, match=words):
        com_offset(Recorded.of(TOLD, swaying.samples(seconds), seconds))


def test_a_robot_that_was_pushed_hard_is_too_uncertain_or_did_not_stay() -> None:
    with pytest.raises(CalibrationRefusedError, match=r"did not stay|at most"):
        com_offset(Recorded.of(TOLD, Swaying((0.0, 0.0), push=60.0).samples(), SECONDS))
