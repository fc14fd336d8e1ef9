"""Stamps that lie ahead: a clock that is wrong, or that jumped forward."""

from dataclasses import replace

import numpy as np

from ballbot_fusion.simulation.faults.delay import MS
from ballbot_fusion.simulation.faults.fault import SENSORS, Effect, Fault, mapped
from ballbot_fusion.simulation.settings import SimulationSettings

STREAMS = SENSORS
AHEAD_MS = 1000.0
"""Default size: how far ahead, ms."""


def make(fault: Fault, _settings: SimulationSettings, _rng: np.random.Generator) -> Effect:
    """Add ``size`` ms to every stamp. On all sensors at once it is a clock that jumps forward."""
    ahead_ns = round(fault.sized(AHEAD_MS) * MS)
    return mapped(lambda sample: replace(sample, stamp_ns=sample.stamp_ns + ahead_ns))
