"""Off and on and off: a loose contact."""

import numpy as np

from ballbot_fusion.simulation.faults.by_turns import ByTurns
from ballbot_fusion.simulation.faults.delay import MS
from ballbot_fusion.simulation.faults.fault import STREAMS as EVERY
from ballbot_fusion.simulation.faults.fault import Effect, Fault
from ballbot_fusion.simulation.settings import SimulationSettings

STREAMS = EVERY
HALF_MS = 20.0
"""Default size: how long it is off each time, and then on, ms."""


def make(fault: Fault, _settings: SimulationSettings, _rng: np.random.Generator) -> Effect:
    """Drop everything for ``size`` ms (off first), let it pass for as long, and so on.

    Raises:
        ValueError: no time at all.
    """
    turns = ByTurns(round(fault.sized(HALF_MS) * MS), "fault 'intermittent'")
    return lambda samples, now_ns, active: [] if turns.off(now_ns, active) else samples
