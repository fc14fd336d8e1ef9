"""An observation spec as Gymnasium spaces."""

from collections import OrderedDict

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from ballbot_fusion.core.spec import Observation, ObservationSpec
from ballbot_fusion.core.tick import Tick

MASK = "mask"
"""Entry beside the spec's keys: one 0/1 per modality, in the spec's order."""


def observation_space(spec: ObservationSpec) -> spaces.Dict:
    """One Box per key, in the spec's order (a plain dictionary would be sorted), and the mask."""
    entries = [(e.key, spaces.Box(e.low, e.high, e.shape, np.float32)) for e in spec]
    return spaces.Dict(OrderedDict([*entries, (MASK, spaces.Box(0.0, 1.0, (len(spec),)))]))


def action_space() -> spaces.Box:
    """Wheel torques (3,), as shares of the largest."""
    return spaces.Box(-1.0, 1.0, (3,), np.float32)


def observed(result: Tick, mask: NDArray[np.float32]) -> Observation:
    """Return a tick's observation as an element of the space; its images are copies.

    The tick hands out the same image until there is a new one, but a user may write to what an
    environment returned.
    """
    return {**{key: value.copy() for key, value in result.observation.items()}, MASK: mask}
