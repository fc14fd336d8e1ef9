from math import hypot

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballbot_fusion.simulation.teacher.care import GuideSettings, safe_speed
from ballbot_fusion.simulation.teacher.clearance import ClearanceSettings, clearance
from ballbot_fusion.simulation.teacher.fan import Fan, FanSettings
from ballbot_fusion.simulation.teacher.guide import Guide
from ballbot_fusion.simulation.teacher.seen import Seen

FAN, RULES, CARE = Fan.of(FanSettings()), ClearanceSettings(), GuideSettings()
GUIDE = Guide(FAN, CARE, sight=0.7)
AHEAD = len(FAN.azimuths) // 2
LEVEL = np.zeros(FAN.x.shape)
speeds = st.floats(-0.6, 0.6)
vectors = st.tuples(speeds, speeds, st.floats(-1.0, 1.0))


def test_level_ground_is_clear_all_the_way() -> None:
    assert (clearance(LEVEL, FAN, RULES) == FAN.radii[-1]).all()


def test_nothing_seen_is_nothing_clear() -> None:
    clear = clearance(np.full(FAN.x.shape, np.nan), FAN, RULES)
    assert (clear <= RULES.assumed + FanSettings().ring_m).all()


@given(st.floats(0.5, 1.8), st.sampled_from([-1.0, -0.3, 0.3]))
def test_the_way_is_clear_up_to_an_edge_or_a_wall(at: float, height: float) -> None:
    heights = np.where(FAN.x > at, height, 0.0)
    clear = clearance(heights, FAN, RULES)[AHEAD]
    assert at - 0.06 <= clear <= at + 0.11


def test_a_kerb_is_no_hazard() -> None:
    heights = np.where(FAN.x > 1.0, 0.04, 0.0)
    assert clearance(heights, FAN, RULES)[AHEAD] == FAN.radii[-1]


@given(st.floats(0.0, 3.0))
def test_it_can_stop_from_what_it_calls_safe(clear: float) -> None:
    speed = safe_speed(clear, CARE)
    assert speed <= 0.0 or speed**2 / (2.0 * CARE.braking) <= clear - CARE.stop_at + 1e-9


@given(vectors, vectors)
def test_without_cameras_it_stops(command: tuple, velocity: tuple) -> None:
    clear = np.full(len(FAN.azimuths), 2.0)
    assert GUIDE.velocity(command, velocity, Seen(0, clear, clear)) == (0.0, 0.0, 0.0)


@given(vectors, vectors)
def test_no_more_is_asked_for_at_once_than_may_be(wanted: tuple, velocity: tuple) -> None:
    asked = GUIDE.at_once(wanted, velocity)
    change = hypot(asked[0] - velocity[0], asked[1] - velocity[1])
    left = hypot(wanted[0] - asked[0], wanted[1] - asked[1])
    whole = hypot(wanted[0] - velocity[0], wanted[1] - velocity[1])
    assert change == pytest.approx(min(whole, CARE.largest_error), abs=1e-9)
    assert change + left == pytest.approx(whole, abs=1e-9)  # on the straight way from one to other
    assert asked[2] == wanted[2]


@given(st.floats(0.1, 0.6), st.floats(-1.0, 1.0))
def test_where_all_is_clear_the_command_passes(speed: float, turn: float) -> None:
    clear = np.full(len(FAN.azimuths), 2.0)
    found = GUIDE.velocity((speed, 0.0, turn), (speed, 0.0, 0.0), Seen(2, clear, clear))
    np.testing.assert_allclose(found, (speed, 0.0, turn), atol=1e-9)


@given(st.floats(0.1, 0.6))
def test_it_swerves_around_what_blocks_the_way_on_one_side(speed: float) -> None:
    clear = np.where(FAN.azimuths > 0.2, 2.0, 0.5)
    _, left, turn = GUIDE.velocity((speed, 0.0, 0.0), (0.0, 0.0, 0.0), Seen(2, clear, clear))
    assert left > 0.0
    assert turn > 0.0


@given(st.floats(0.4, 1.5), st.floats(-0.6, 0.6), st.floats(-0.3, 0.3))
def test_answers_around_a_wall_brake_before_it_on_whichever_side(
    at: float, middle: float, drift: float
) -> None:
    """The mean of two answers on either side of a wall is as safe as each."""
    blocked = np.abs(np.tan(FAN.azimuths) * at - middle) < 0.6
    clear = np.where(blocked, at / np.cos(FAN.azimuths), 2.0)
    vx, _, _ = GUIDE.velocity((0.5, 0.0, 0.0), (0.4, drift, 0.0), Seen(2, clear, clear))
    assert vx <= safe_speed(clear[AHEAD], CARE) + 1e-9
