"""The radius of wheels by a known way: found, with its uncertainty; slip and half ways refused."""

from math import radians

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.calibrated import Pushed, robot

from ballbot_fusion.calibration.outcome import CalibrationRefusedError, Outcome
from ballbot_fusion.calibration.recorded import Recorded
from ballbot_fusion.calibration.wheels import wheel_radius
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import Vector

TOLD = robot()


def with_radius(factor: float) -> RobotConfig:
    return robot(wheels={"radius": TOLD.wheels.radius * factor})


def found(pushed: Pushed, distance: float) -> Outcome:
    return wheel_radius(Recorded.of(TOLD, pushed.samples(), pushed.seconds), distance)


@settings(max_examples=12, deadline=None)
@given(
    factor=st.floats(0.85, 1.15),
    way=st.floats(0.6, 3.0),
    roll=st.floats(-12.0, 12.0),
    pushes=st.integers(1, 3),
)
@example(factor=0.85, way=3.0, roll=0.0, pushes=2)  # wheels and IMU are 0.26 m/s apart, no slip
@example(factor=1.15, way=3.0, roll=0.0, pushes=2)
def test_a_planted_radius_is_found(factor: float, way: float, roll: float, pushes: int) -> None:
    true = with_radius(factor)
    outcome = found(Pushed(true, way, radians(roll), pushes), way)
    radius, share = outcome.figures
    assert outcome.change.key == "wheels.radius"
    assert outcome.change.new == pytest.approx(true.wheels.radius, rel=0.004)
    assert share.value == pytest.approx(100.0 * (factor - 1.0), abs=0.4)
    assert 0.0 < share.uncertainty < 2.0
    assert f"{pushes} pushes" in radius.name


class Slipping(Pushed):
    """All wheels turn too fast for a while of the first push."""

    def spin(self, t: float) -> Vector:
        x, y, z = super().spin(t)
        return x, y * (2.5 if 2.5 < t < 3.5 else 1.0), z


class Twisted(Pushed):
    """One wheel slips: the ball seems to spin about the vertical, too."""

    def spin(self, t: float) -> Vector:
        x, y, z = super().spin(t)
        return x, y, z + 0.5 * y


class Halfway(Pushed):
    """The second push ends before the mark, by the wheels and by the IMU."""

    def speed(self, t: float) -> float:
        return super().speed(t) * (0.9 if t > self.rest_s + self.push_s else 1.0)


@pytest.mark.parametrize(
    ("pushed", "distance", "words"),
    [
        (Slipping(TOLD, 2.0), 2.0, "wheels slip"),
        (Twisted(TOLD, 2.0), 2.0, "a wheel slips, or the ball was twisted"),
        (Halfway(TOLD, 2.0), 2.0, "marks were missed"),
        (Pushed(TOLD, 1.0), 2.0, "a push of 1.00 m by the robot file"),
        (Pushed(TOLD, 0.1), 1.0, "no push from rest to rest"),
        (Pushed(TOLD, 0.3), 0.3, "distance: 0.3 m"),
    ],
)
def test_what_tells_nothing_is_refused(pushed: Pushed, distance: float, words: str) -> None:
    with pytest.raises(CalibrationRefusedError, match=words) as refusal:
        found(pushed, distance)
    assert "Push it" in str(refusal.value)


def test_a_robot_that_was_under_way_at_the_begin_or_the_end_is_not_measured() -> None:
    pushed = Pushed(TOLD, 2.0, pushes=1)
    begin = pushed.samples()[0].stamp_ns
    late = [s for s in pushed.samples() if s.stamp_ns - begin > 2_500_000_000]
    with pytest.raises(CalibrationRefusedError, match="no push from rest to rest"):
        wheel_radius(Recorded.of(TOLD, late, 4.0), 2.0)
