"""Whether a policy knows states like the present one: far outside its training nobody may trust it.

Only the robot's own state is judged. Commands are limited before they get here, images are masked
when they are wrong, and whatever a camera may show is not told by numbers of a pixel.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.spec import Observation, ObservationSpec

JUDGED = ("orientation", "angular_vel", "vel", "motor_state", "slope")
"""The robot's own state."""
MARGIN = 0.25
"""Values may lie this share of the span that training saw beyond its ends."""
LEAST_SPAN = 0.1
"""A span narrower than this counts as this, in the modality's own unit."""

Statistics = Mapping[str, Mapping[str, list[float]]]
"""By modality: 'min' and 'max' per number, among others; what a policy file carries."""


class Familiarity:
    """Judges observations of one policy."""

    def __init__(self, spec: ObservationSpec, statistics: Statistics) -> None:
        """Take the ranges of ``statistics``; modalities that it lacks are not judged."""
        self._ranges = [
            (column, key, tuple(map(_widened, found["min"], found["max"])))
            for column, key in enumerate(spec.keys)
            if key in JUDGED and (found := statistics.get(key)) is not None
        ]

    def defect(self, observation: Observation, mask: NDArray[np.float32]) -> str:
        """Say what lies far outside of what training saw; empty when nothing does.

        Args:
            observation: arrays by key.
            mask: (modalities,) 1 where trusted; what is masked is not judged.
        """
        trusted = mask.tolist()
        for column, key, ranges in self._ranges:
            if trusted[column] < 0.5:
                continue
            for value, (low, high) in zip(observation[key].tolist(), ranges, strict=True):
                if not low <= value <= high:
                    return f"{key}: {value:.2f}, familiar are {low:.2f} to {high:.2f}"
        return ""


def _widened(low: float, high: float) -> tuple[float, float]:
    """Ends of the range that is familiar."""
    slack = MARGIN * max(high - low, LEAST_SPAN)
    return low - slack, high + slack
