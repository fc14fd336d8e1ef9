import numpy as np
import pytest

from ballbot_fusion.simulation.rendering.ray_field import cast, field_of
from ballbot_fusion.simulation.terrain import Terrain, make_terrain

HEIGHTS = np.zeros((5, 5))
HEIGHTS[2, 2] = 0.4
PEAK = Terrain("peak", 0, 4.0, HEIGHTS)
"""A pyramid of 0.4 m in the middle of a square of 4 m, its corners a metre from there."""


def test_every_cell_knows_its_highest_corner() -> None:
    field = field_of(make_terrain("rough", 3))
    h = field.heights
    corners = np.stack([h[:-1, :-1], h[1:, :-1], h[:-1, 1:], h[1:, 1:]])
    assert np.array_equal(field.peaks, corners.max(axis=0))
    assert field.top == h.max()


@pytest.mark.parametrize(
    ("place", "height"), [((2.0, 2.0), 0.4), ((2.5, 2.5), 0.2), ((0.5, 0.5), 0.0)]
)
def test_a_ray_straight_down_meets_what_is_below(place: tuple[float, float], height: float) -> None:
    """It divided by zero, for it never leaves its cell."""
    found = cast(field_of(PEAK), (*place, 1.0), (0.0, 0.0, -1.0), 5.0)
    assert found == pytest.approx(1.0 - height)


def test_a_ray_straight_up_or_outside_meets_nothing() -> None:
    field = field_of(PEAK)
    assert cast(field, (2.0, 2.0, 1.0), (0.0, 0.0, 1.0), 5.0) == np.inf
    assert cast(field, (-1.0, 2.0, 1.0), (0.0, 0.0, -1.0), 5.0) == np.inf
    assert cast(field, (-1.0, 2.0, 0.2), (1.0, 0.0, 0.0), 5.0) == pytest.approx(2.5)
