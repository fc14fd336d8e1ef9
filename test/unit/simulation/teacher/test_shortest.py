import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ballbot_fusion.simulation.teacher.shortest import NEIGHBOURS, ShortestRoutes, last_within

SHAPE, PITCH, START = (6, 7), 0.1, (0, 3)
ROUTES = ShortestRoutes(SHAPE, PITCH, START)
prices = arrays(float, SHAPE, elements=st.sampled_from([1.0, 1.5, 2.0, np.inf]))


@given(prices)
def test_no_cell_is_cheaper_by_way_of_a_neighbour(price: np.ndarray) -> None:
    price[START] = 1.0
    cost, _ = ROUTES.costs(price)
    assert cost[START] == 0.0
    for row, column in np.ndindex(SHAPE):
        if (row, column) == START:
            continue
        around = [
            cost[row + down, column + right] + PITCH * np.hypot(down, right) * price[row, column]
            for down, right in NEIGHBOURS
            if 0 <= row + down < SHAPE[0] and 0 <= column + right < SHAPE[1]
        ]
        np.testing.assert_allclose(cost[row, column], min(around))


@given(prices)
def test_every_route_leads_back_to_the_start(price: np.ndarray) -> None:
    price[START] = 1.0
    cost, before = ROUTES.costs(price)
    only_start = np.zeros(SHAPE, bool)
    only_start[START] = True
    ends = last_within(before, only_start)
    reached = np.isfinite(cost)
    assert (ends[reached] == START[0] * SHAPE[1] + START[1]).all()
    assert (ends[~reached] == np.arange(ends.size).reshape(SHAPE)[~reached]).all()


def test_a_route_is_followed_back_to_where_it_is_near() -> None:
    cost, before = ROUTES.costs(np.ones(SHAPE))
    found = last_within(before, cost <= 0.2)
    straight = np.ravel_multi_index((2, 3), SHAPE)
    assert (found[2:, 3] == straight).all()
