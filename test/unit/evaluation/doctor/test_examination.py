"""Every mistake that people make is found by the doctor, and its parameter named."""

import pytest

from ballbot_fusion.doctor.finding import State
from ballbot_fusion.evaluation.doctor.examination import drawn, examine, hide
from ballbot_fusion.evaluation.doctor.mistakes.table import MISTAKES

NAMES = [mistake.__name__ for mistake in MISTAKES]
SEED = 5


def test_a_robot_that_is_right_is_told_so() -> None:
    found = examine((), SEED)
    assert found.named == set()
    assert {finding.state for finding in found.findings} == {State.OK}


@pytest.mark.parametrize("number", range(len(MISTAKES)), ids=NAMES)
def test_a_mistake_is_found_and_its_parameter_named(number: int) -> None:
    planted = drawn(number, SEED)
    found = examine((planted,), SEED)
    assert not found.missed, (planted.words, found.named)
    assert not found.alarms, (planted.words, found.alarms)


@pytest.mark.parametrize(
    "names",
    [
        ("gyro_in_degrees", "encoder_in_ticks"),
        ("imu_upside_down", "depth_scale"),
        ("clock_offset", "policy_of_another_robot"),
        ("wrong_frame", "processor_starved"),
    ],
)
def test_two_mistakes_at_once_are_both_found(names: tuple[str, str]) -> None:
    first, second = (drawn(NAMES.index(name), SEED + 1) for name in names)
    assert not hide(first, second)
    found = examine((first, second), SEED)
    assert not found.missed, (first.words, second.words, found.named)
    assert not found.alarms, (first.words, second.words, found.alarms)


def test_a_turned_camera_shows_beside_an_imu_that_hangs_upside_down() -> None:
    """Nobody but the other camera says how the robot leans then."""
    planted = tuple(drawn(NAMES.index(name), 0) for name in ("imu_upside_down", "camera_rotated"))
    assert planted[1].words == "camera 1: pitch +24 degrees"
    found = examine(planted, 0)
    assert not found.missed, found.named
    assert not found.alarms, found.alarms
