"""Every sample arrives more than once."""

import numpy as np

from ballbot_fusion.core.samples import Sample
from ballbot_fusion.simulation.faults.fault import STREAMS as EVERY
from ballbot_fusion.simulation.faults.fault import Effect, Fault
from ballbot_fusion.simulation.settings import SimulationSettings

STREAMS = EVERY
AGAIN = 1.0
"""Default size: how many times more."""
MOST = 1000


def make(fault: Fault, _settings: SimulationSettings, _rng: np.random.Generator) -> Effect:
    """Let every sample arrive ``size`` times more, at once.

    Raises:
        ValueError: so often that nothing else would be done.
    """
    times = 1 + round(fault.sized(AGAIN))
    if times > 1 + MOST:
        raise ValueError(f"Size {times - 1} of fault 'duplicated' must be {MOST} at most.")

    def passed(samples: list[Sample], _now_ns: int, active: bool) -> list[Sample]:
        return [sample for sample in samples for _ in range(times)] if active else samples

    return passed
