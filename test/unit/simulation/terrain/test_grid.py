from math import cos, hypot, sin

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ballbot_fusion.simulation.terrain.grid import Grid

GRID = Grid(8.0, 0.1)
PLACE = st.tuples(st.floats(-6.0, 6.0), st.floats(-6.0, 6.0))
HALF = st.floats(0.01, 3.0)
YAW = st.floats(-7.0, 7.0)


@given(PLACE, HALF, st.integers(0, 80), st.integers(0, 80))
def test_a_disc_holds_what_is_near(
    centre: tuple[float, float], radius: float, row: int, column: int
) -> None:
    distance = hypot(GRID.x[0, column] - centre[0], GRID.y[row, 0] - centre[1])
    if abs(distance - radius) > 1e-9:
        assert GRID.disc(centre, radius)[row, column] == (distance < radius)


@given(PLACE, HALF, HALF, YAW)
def test_a_rectangle_holds_its_own_points_and_no_others(
    centre: tuple[float, float], length: float, width: float, yaw: float
) -> None:
    mask = GRID.rectangle(centre, (length, width), yaw)
    for u, v, inside in ((0.9, 0.9, True), (1.1, 0.0, False), (0.0, -1.1, False)):
        x = centre[0] + u * length * cos(yaw) - v * width * sin(yaw)
        y = centre[1] + u * length * sin(yaw) + v * width * cos(yaw)
        # A node stands for places half a cell away; shapes finer than that may miss it.
        row, column = GRID.node((x, y))
        off = hypot(GRID.x[0, column] - x, GRID.y[row, 0] - y)
        if off < 0.1 * min(length, width):
            assert mask[row, column] == inside


@given(st.integers(0, 80), st.integers(0, 80))
def test_a_node_is_where_its_coordinates_say(row: int, column: int) -> None:
    assert GRID.node((float(GRID.x[0, column]), float(GRID.y[row, 0]))) == (row, column)


@given(PLACE)
def test_places_outside_belong_to_the_edge(place: tuple[float, float]) -> None:
    row, column = GRID.node(place)
    nearest = np.clip(place, -4.0, 4.0)
    assert abs(GRID.x[0, column] - nearest[0]) <= 0.05 + 1e-9
    assert abs(GRID.y[row, 0] - nearest[1]) <= 0.05 + 1e-9
