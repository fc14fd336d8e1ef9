"""Ways round what is seen: shortest routes over the ground before the robot.

What no camera looks at counts as passable, at a price: turning there will show it. What a camera
looks at and does not see (behind a lip, beyond an edge) does not.
"""

from math import cos, inf, sin
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ballbot_fusion.core.robot import NotNegative, Positive
from ballbot_fusion.core.settings import Settings
from ballbot_fusion.simulation.teacher.fan import Fan
from ballbot_fusion.simulation.teacher.shortest import ShortestRoutes, last_within

Map = NDArray[np.float64]


class RouteSettings(Settings):
    """How routes are weighed."""

    pitch: Positive = 0.05
    """Between the nodes of the map, m."""
    half_width: Positive = 0.26
    """What must be clear to either side, m."""
    room: Positive = 0.40
    """Nearer than this to what is bad a metre counts up to twice, m."""
    unseen_cost: Positive = 1.3
    """What a metre counts where no camera looks."""
    length_cost: NotNegative = 0.35
    """Progress that a metre of route must bring, m."""
    lead: Positive = 0.5
    """A route is followed by heading for its point at this distance, m."""
    horizon: Positive = 1.6
    """A straight way that is free so far is as good as any, m."""
    worth: Positive = 0.1
    """A route that gains this much over driving straight on is followed whole, m."""


class Route(NamedTuple):
    """The best way on."""

    azimuth: float
    """Direction in which it begins, rad, heading frame."""
    share: float
    """How much it is worth leaving the straight way for, 0 to 1."""


class Routes:
    """Routes from where the robot stands, over a map of square cells in the heading frame."""

    def __init__(self, fan: Fan, assumed: float, settings: RouteSettings) -> None:
        """Prepare for looks at the points of ``fan``.

        Args:
            fan: where these are.
            assumed: ground nearer than this is taken for safe where it is not seen, m.
            settings: how routes are weighed.
        """
        self._settings = settings
        reach, pitch = float(fan.radii[-1]), settings.pitch
        half = round(reach / pitch)
        line = pitch * np.arange(-half, half + 1)
        self._x, self._y = np.meshgrid(line[half:], line, indexing="ij")
        self._start = (0, half)
        self._away, self._azimuth = np.hypot(self._x, self._y), np.arctan2(self._y, self._x)
        self._spoke = _nearest(self._azimuth, fan.azimuths)
        self._ring = _nearest(self._away, fan.radii)
        self._far_unseen = self._away > assumed
        self._near = self._away <= settings.lead
        self._shortest = ShortestRoutes(self._x.shape, pitch, self._start)
        self._steps = np.arange(half + 1)
        self._free = (1.0 - settings.length_cost) * settings.horizon
        self._price = np.where(self._away > reach, inf, 1.0)
        self._cost, self._lead = self._price, self._azimuth

    def look(self, bad: NDArray[np.bool_], unseen: NDArray[np.bool_]) -> None:
        """Weigh all routes: ``bad`` and ``unseen`` are (spokes, rings), what is unseen not bad."""
        blocked = bad[self._spoke, self._ring]
        strange = unseen[self._spoke, self._ring] & self._far_unseen
        self._price = self._prices(blocked, strange)
        self._cost, before = self._shortest.costs(self._price)
        self._lead = self._azimuth.ravel()[last_within(before, self._near)]

    def _prices(self, blocked: NDArray[np.bool_], strange: NDArray[np.bool_]) -> Map:
        """What a metre counts at every node; infinity where no route may lead."""
        s = self._settings
        room = np.full(blocked.shape, inf)
        if blocked.any():
            room = ndimage.distance_transform_edt(~blocked, sampling=s.pitch)
        crowded = np.clip((s.room - room) / (s.room - s.half_width), 0.0, 1.0)
        price: Map = (1.0 + crowded) * np.where(strange, s.unseen_cost, 1.0)
        # Where it stands too near to something already, it may leave.
        needed = np.minimum(s.half_width, 0.5 * (s.half_width + self._away))
        price[(room < needed) | (self._away > self._x[-1, 0])] = inf
        price[self._start] = 1.0
        return price

    def best(self, aim: float, moving: float, swerve: float) -> Route:
        """Choose among routes by their progress along ``aim`` [rad].

        Args:
            aim: direction in which to get on, heading frame, rad.
            moving: present direction of motion, rad.
            swerve: cost of leaving that, m/rad.
        """
        progress = self._x * cos(aim) + self._y * sin(aim)
        value = progress - self._settings.length_cost * self._cost
        value -= swerve * np.abs(self._lead - moving)
        chosen = int(np.argmax(value))
        straight = self._straight(aim)
        gain = float(value.ravel()[chosen]) - straight + swerve * abs(aim - moving)
        # Where nothing is in the way there is nothing to gain, whatever the grid's corners say.
        gain = min(gain, self._free - straight)
        share = min(max(gain / self._settings.worth, 0.0), 1.0)
        return Route(float(self._lead.ravel()[chosen]), share)

    def _straight(self, aim: float) -> float:
        """Return the value of driving straight along ``aim`` as far as that goes, m."""
        pitch = self._settings.pitch
        rows = np.rint(self._steps * cos(aim)).astype(int)
        columns = self._start[1] + np.rint(self._steps * sin(aim)).astype(int)
        length = pitch * self._steps
        spent = pitch * np.cumsum(self._price[rows, columns]) - pitch
        return float(np.max(length - self._settings.length_cost * spent))


def _nearest(values: Map, line: Map) -> NDArray[np.int64]:
    """Index of the evenly spaced ``line`` that is nearest to every value."""
    index = np.rint((values - line[0]) / (line[1] - line[0]))
    return np.clip(index, 0, len(line) - 1).astype(np.int64)
