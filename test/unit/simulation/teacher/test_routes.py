"""Ways round: found where they are seen, and not made up where none is."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballbot_fusion.simulation.teacher.clearance import ClearanceSettings, bad_ground
from ballbot_fusion.simulation.teacher.fan import Fan, FanSettings
from ballbot_fusion.simulation.teacher.routes import Routes, RouteSettings

FAN, RULES = Fan.of(FanSettings()), ClearanceSettings()
IN_VIEW = np.abs(np.broadcast_to(FAN.azimuths[:, None], FAN.x.shape)) < np.radians(65.0)
Ground = Callable[[np.ndarray, np.ndarray], np.ndarray]


def routes_over(ground: Ground) -> Routes:
    """Routes over holes where ``ground`` (x, y) is true; nothing is seen where nothing looks."""
    heights = np.where(ground(FAN.x, FAN.y), -0.5, 0.0)
    heights[~IN_VIEW] = np.nan
    return routes_through(heights)


def routes_through(heights: np.ndarray) -> Routes:
    routes = Routes(FAN, RULES.assumed, RouteSettings())
    unseen = np.isnan(heights) & ~IN_VIEW
    routes.look(bad_ground(heights, FAN, RULES) & ~unseen, unseen)
    return routes


def trench(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return (x > 0.9) & (x < 1.3) & (y > -3.0)


@given(st.floats(-0.7, 0.7), st.floats(-1.5, 1.5))
def test_on_free_ground_nothing_is_worth_a_detour(aim: float, moving: float) -> None:
    free = routes_over(lambda x, y: np.zeros(x.shape, bool))
    assert free.best(aim, moving, 0.2).share < 1e-9


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_a_bridge_is_taken_on_either_side(side: float) -> None:
    def bridged(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return trench(x, y) & ~((side * y > 0.3) & (side * y < 1.5))

    route = routes_over(bridged).best(0.0, 0.0, 0.2)
    assert route.share > 0.9
    assert 0.3 < side * route.azimuth < 1.3


def test_before_a_trench_from_side_to_side_it_goes_straight_on_until_it_stops() -> None:
    assert routes_over(trench).best(0.0, 0.0, 0.2).share < 0.1


def test_it_keeps_to_the_side_that_it_has_begun_with() -> None:
    def pit(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return (x > 0.9) & (x < 1.3) & (np.abs(y) < 0.3)

    routes = routes_over(pit)
    left, right = (routes.best(0.0, moving, 0.2).azimuth for moving in (0.5, -0.5))
    assert right < 0.0 < left


def test_what_is_looked_at_and_not_seen_is_no_way() -> None:
    heights = np.zeros(FAN.x.shape)
    heights[FAN.x > 0.9] = np.nan  # beyond an edge
    assert routes_through(heights).best(0.0, 0.0, 0.2).share < 0.1


def test_where_it_stands_too_near_to_a_hole_it_may_leave() -> None:
    def beside(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return (y > 0.16) & (x > 0.1)

    route = routes_over(beside).best(0.0, 0.0, 0.2)
    assert route.azimuth < 0.0
