"""Pushes from rest to rest: where they begin and end, and how long they were by the robot file."""

from math import sqrt
from typing import NamedTuple

import numpy as np

from ballbot_fusion.calibration.recorded import Floats
from ballbot_fusion.calibration.track import Track

MOVES = 0.04
"""m/s: slower is rest."""
REST_S = 0.6
"""Rest that ends a push."""


class Push(NamedTuple):
    """A stretch of motion between rests."""

    part: Track
    """Samples of it; at rest at both ends."""
    rolled: Floats
    """Way by the wheels against the body, (2,), m: goes with wheels.radius."""
    tipped: Floats
    """The same by the body's own rotation, (2,), m."""

    @classmethod
    def of(cls, part: Track) -> "Push":
        """Measure it."""
        return cls(part, _integral(part, part.rolled), _integral(part, part.tipped))

    @property
    def way(self) -> float:
        """Distance between both ends, m."""
        return float(np.linalg.norm(self.rolled + self.tipped))

    def scale(self, distance: float) -> float:
        """Factor on wheels.radius by which it has this length: |k rolled + tipped| = distance."""
        a, b = float(self.rolled @ self.rolled), float(self.rolled @ self.tipped)
        c = float(self.tipped @ self.tipped) - distance**2
        return (-b + sqrt(max(b * b - a * c, 0.0))) / a


def pushes(track: Track) -> list[Push]:
    """Find every push that begins and ends within ``track``."""
    found = []
    for begin, end in _stretches(track):
        # Half of the rest on both sides belongs to it: it creeps before it counts as moving.
        a = int(np.searchsorted(track.seconds, track.seconds[begin] - REST_S / 2.0))
        b = int(np.searchsorted(track.seconds, track.seconds[end] + REST_S / 2.0))
        if a > 0 and b < len(track.seconds):  # else it was under way at the begin or the end
            found.append(Push.of(Track(*(values[a : b + 1] for values in track))))
    return found


def _stretches(track: Track) -> list[tuple[int, int]]:
    """First and last moving sample of every stretch of motion between rests."""
    numbers = np.flatnonzero(np.linalg.norm(track.velocity, axis=1) > MOVES)
    if not len(numbers):
        return []
    gaps = np.flatnonzero(np.diff(track.seconds[numbers]) > REST_S)
    begins, ends = numbers[np.r_[0, gaps + 1]], numbers[np.r_[gaps, len(numbers) - 1]]
    return list(zip(begins.tolist(), ends.tolist(), strict=True))


def _integral(track: Track, values: Floats) -> Floats:
    total: Floats = (values[1:] * np.diff(track.seconds)[:, None]).sum(axis=0)
    return total
