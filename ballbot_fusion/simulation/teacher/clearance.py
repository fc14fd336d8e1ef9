"""How far the way is clear in each direction: seen, level enough, and wide enough."""

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.robot import NotNegative, Positive
from ballbot_fusion.core.settings import Settings
from ballbot_fusion.simulation.compiled import compiled
from ballbot_fusion.simulation.teacher.fan import Fan


class ClearanceSettings(Settings):
    """What counts as clear."""

    half_width: Positive = 0.24
    """Half the width of the way that must be clear, m."""
    one_camera_half_width: Positive = 0.30
    """The same with one camera, m: what leaves its view on the blind side is still ahead."""
    largest_step: Positive = 0.07
    """Largest change of height over two rings (0.1 m), m: kerbs are crossed, holes are not."""
    assumed: NotNegative = 0.35
    """Ground nearer than this is taken for safe where it is out of sight: it was seen before, m."""
    one_camera_assumed: NotNegative = 0.45
    """The same with one camera, m: far enough that leaning does not hide every way."""


@compiled
def _bad(heights, blind_rings, largest_step):  # type: ignore[no-untyped-def]
    """Where the ground must not be driven on: (spokes, rings)."""
    spokes, rings = heights.shape
    bad = np.zeros((spokes, rings), np.bool_)
    for spoke in range(spokes):
        for ring in range(rings):
            here = heights[spoke, ring]
            if np.isnan(here):
                bad[spoke, ring] = ring >= blind_rings
                continue
            inner = heights[spoke, max(ring - 2, 0)]
            # NaN compares false: next to the unseen only the unseen itself is bad.
            if abs(here - inner) > largest_step:
                bad[spoke, ring] = True
            for side in (spoke - 1, spoke + 1):
                if 0 <= side < spokes and abs(here - heights[side, ring]) > largest_step:
                    bad[spoke, ring] = True
    return bad


@compiled
def _clear(bad, azimuths, radii, half_width):  # type: ignore[no-untyped-def]
    """Distance to the first bad point in a strip along each direction, m: (directions,)."""
    spokes, rings = bad.shape
    clear = np.full(spokes, radii[-1])
    for spoke in range(spokes):
        # What lies behind the first bad point of a spoke is farther along and aside in any strip.
        ring = 0
        while ring < rings and not bad[spoke, ring]:
            ring += 1
        if ring == rings:
            continue
        for direction in range(spokes):
            off = azimuths[spoke] - azimuths[direction]
            along, aside = radii[ring] * np.cos(off), radii[ring] * np.sin(off)
            if along > 0.0 and abs(aside) < half_width and along < clear[direction]:
                clear[direction] = along
    return clear


def merged(views: list[NDArray[np.float64]], fan: Fan) -> NDArray[np.float64]:
    """Join what several cameras see; (spokes, rings), all NaN without any camera."""
    joined = np.full(fan.x.shape, np.nan)
    for view in views:
        joined = np.where(np.isnan(joined), view, joined)
    return joined


def bad_ground(
    heights: NDArray[np.float64], fan: Fan, settings: ClearanceSettings, cameras: int = 2
) -> NDArray[np.bool_]:
    """(spokes, rings) where the ground must not be driven on; unseen is bad, but very near."""
    assumed = settings.one_camera_assumed if cameras == 1 else settings.assumed
    blind_rings = int(np.searchsorted(fan.radii, assumed))
    bad: NDArray[np.bool_] = _bad(heights, blind_rings, settings.largest_step)
    return bad


def clear_ways(bad: NDArray[np.bool_], fan: Fan, half_width: float) -> NDArray[np.float64]:
    """(spokes,) distance from the ball's centre to the first bad ground on the way, m."""
    clear: NDArray[np.float64] = _clear(bad, fan.azimuths, fan.radii, half_width)
    return clear


def clearance(
    heights: NDArray[np.float64], fan: Fan, settings: ClearanceSettings
) -> NDArray[np.float64]:
    """Clear distance from the ball's centre along every spoke, m.

    Args:
        heights: (spokes, rings), NaN where nothing is seen.
        fan: where these points are.
        settings: what counts as clear.
    """
    return clear_ways(bad_ground(heights, fan, settings), fan, settings.half_width)
