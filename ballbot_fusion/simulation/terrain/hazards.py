"""Where a ballbot must not go: steep ground, obstacles, and what cannot be reached without them.

All maps are (n, n) nodes ``PITCH_M`` apart over the terrain's square, centred on the origin: rows
along y, columns along x, as ``Terrain.heights``. ``map_grid(terrain).node((x, y))`` is the row and
column of a place. They hold for the ball's centre as a point: grow them by what must stay clear.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ballbot_fusion.simulation.terrain.grid import Grid, Mask, Point
from ballbot_fusion.simulation.terrain.obstacles import Box
from ballbot_fusion.simulation.terrain.terrain import Terrain

PITCH_M = 0.05
STEP_M = 0.05
"""The ball rolls over what rises or falls less than this between neighbours: 45 degrees.

Kerbs are up to 0.04 m high, slopes up to 12 degrees; the walls of holes have 0.3 m and more.
"""
ROBOT_RADIUS_M = 0.30
"""What must stay clear around the ball's centre: its radius, the lean, and some room."""


def map_grid(terrain: Terrain) -> Grid:
    """Return the grid that all maps of ``terrain`` are drawn on."""
    return Grid(terrain.size_m, PITCH_M)


def _heights(terrain: Terrain, grid: Grid) -> NDArray[np.float64]:
    """(n, n) heights of the ground at the nodes, m."""
    if terrain.heights is None or len(terrain.heights) == grid.count:
        return grid.level() if terrain.heights is None else terrain.heights
    line = np.linspace(0.0, len(terrain.heights) - 1.0, grid.count)
    found: NDArray[np.float64] = ndimage.map_coordinates(
        terrain.heights, np.meshgrid(line, line, indexing="ij"), order=1
    )
    return found


def _steep(heights: NDArray[np.float64]) -> Mask:
    """(n, n) nodes at either end of a step."""
    steep = np.zeros(heights.shape, bool)
    for axis in (0, 1):
        step = np.abs(np.diff(heights, axis=axis)) > STEP_M
        ends = np.moveaxis(steep, axis, 0)
        ends[:-1] |= np.moveaxis(step, axis, 0)
        ends[1:] |= np.moveaxis(step, axis, 0)
    return steep


def _occupied(terrain: Terrain, grid: Grid) -> Mask:
    """(n, n) nodes in or half a cell beside an obstacle."""
    occupied = np.zeros((grid.count, grid.count), bool)
    beside = PITCH_M / 2
    for item in terrain.obstacles:
        place = item.centre[:2]
        if isinstance(item, Box):
            half = (item.half_size[0] + beside, item.half_size[1] + beside)
            occupied |= grid.rectangle(place, half, item.yaw)
        else:
            occupied |= grid.disc(place, item.radius + beside)
    return occupied


def _connected(free: Mask, grid: Grid) -> Mask:
    """(n, n) free nodes that hang together with the start at the origin."""
    labels, _ = ndimage.label(free)
    start = labels[grid.node((0.0, 0.0))]
    connected: Mask = (labels == start) & (start != 0)
    return connected


def hazard_map(terrain: Terrain) -> Mask:
    """(n, n) whether a ball with its centre there falls, touches, or got there by doing so.

    The floor of a hole and the land below a mesa count: they cannot be reached from the start
    without a fall.
    """
    grid = map_grid(terrain)
    free = ~(_steep(_heights(terrain, grid)) | _occupied(terrain, grid))
    return ~_connected(free, grid)


def clearance_map(terrain: Terrain) -> NDArray[np.float64]:
    """(n, n) distance to the nearest hazard, m; the edge of the world is one."""
    # One more node all round stands for what lies outside.
    free = np.pad(~hazard_map(terrain), 1)
    distance: NDArray[np.float64] = ndimage.distance_transform_edt(free, sampling=PITCH_M)
    return distance[1:-1, 1:-1]


def way_exists(terrain: Terrain, goal: Point, radius: float = ROBOT_RADIUS_M) -> bool:
    """Whether a disc of ``radius`` m can get from the origin to ``goal`` clear of all hazards."""
    grid = map_grid(terrain)
    return bool(_connected(clearance_map(terrain) > radius, grid)[grid.node(goal)])
