"""Old stamps on new samples: a clock that is wrong, or that jumped back."""

from dataclasses import replace

import numpy as np

from ballbot_fusion.simulation.faults.delay import MS
from ballbot_fusion.simulation.faults.fault import SENSORS, Effect, Fault, mapped
from ballbot_fusion.simulation.settings import SimulationSettings

STREAMS = SENSORS
BEHIND_MS = 1000.0
"""Default size: how far behind, ms."""


def make(fault: Fault, _settings: SimulationSettings, _rng: np.random.Generator) -> Effect:
    """Take ``size`` ms off every stamp. On all sensors at once it is a clock that jumps back."""
    behind_ns = round(fault.sized(BEHIND_MS) * MS)
    return mapped(lambda sample: replace(sample, stamp_ns=sample.stamp_ns - behind_ns))
