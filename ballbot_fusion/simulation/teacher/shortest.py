"""Shortest routes on a grid of square cells, from one of them to all others."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

NEIGHBOURS = tuple((down, right) for down in (-1, 0, 1) for right in (-1, 0, 1) if down or right)


class ShortestRoutes:
    """Routes on a grid of (rows, columns), to any of eight neighbours at a time."""

    def __init__(self, shape: tuple[int, int], pitch: float, start: tuple[int, int]) -> None:
        """Prepare for routes from ``start`` (row, column); neighbours lie ``pitch`` m apart."""
        self._shape = shape
        self._start = start[0] * shape[1] + start[1]
        count = shape[0] * shape[1]
        number = np.arange(count).reshape(shape)
        padded = np.pad(number, 1, constant_values=-1)
        rows, columns = shape
        targets = np.stack(
            [padded[1 + d : 1 + d + rows, 1 + r : 1 + r + columns].ravel() for d, r in NEIGHBOURS],
            axis=1,
        )
        inside = targets >= 0
        lengths = np.broadcast_to(pitch * np.hypot(*np.array(NEIGHBOURS).T), targets.shape)
        self._targets, self._lengths = targets[inside], lengths[inside]
        self._first = np.concatenate([[0], np.cumsum(inside.sum(axis=1))])

    def costs(self, price: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Costs of the cheapest routes, and where they come from.

        Args:
            price: (rows, columns) of a metre that ends there, infinity where no route leads.

        Returns:
            Costs (rows, columns) [m], infinity where no route leads, and for every cell the flat
            index of the one before it; that of the start and of cells without a route is their own.
        """
        count = price.size
        weights = self._lengths * price.ravel()[self._targets]
        graph = csr_array((weights, self._targets, self._first), shape=(count, count))
        costs, befores = dijkstra(graph, indices=[self._start], return_predecessors=True)
        cost, before = costs[0], befores[0]
        before = np.where((before < 0) | np.isinf(cost), np.arange(count), before)
        return cost.reshape(self._shape), before.reshape(self._shape).astype(np.int64)


def last_within(before: NDArray[np.int64], near: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Follow every route back to its first cell that is ``near``, by flat index.

    Args:
        before: (rows, columns) as ``ShortestRoutes.costs`` returns them.
        near: (rows, columns) cells to stop at; the start must be one of them.
    """
    back = np.where(near, np.arange(before.size).reshape(before.shape), before).ravel()
    while True:
        further = back[back]
        if np.array_equal(further, back):
            return back.reshape(before.shape)
        back = further
