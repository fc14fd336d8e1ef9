"""Which faults come in a leg of the soak, and when: drawn from the cases that a robot survives."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import isfinite

from ballbot_fusion.core.reactions import LATCHES, Does
from ballbot_fusion.evaluation.suites.fault_cases import CASES, Case, begin_s
from ballbot_fusion.simulation.faults import Fault, FaultPlan
from ballbot_fusion.simulation.faults.fault import SENSORS
from ballbot_fusion.simulation.sensors.noise import stream

FIRST_S = 2.0
"""Before that nothing fails, s after the stand let go."""
BETWEEN_S = (4.0, 12.0)
"""Time between the end of one case and the beginning of the next, s."""
LASTS_S = (0.5, 8.0)
"""How long faults last that need not end, s."""
_PURPOSE = 109  # of a random stream, beside the numbers of the sensors
_ENDS = frozenset({*LATCHES, Does.MAY_FALL})


def survivable() -> list[Case]:
    """Return the cases that begin while it drives and after which it drives on."""
    return [
        case
        for case in CASES.values()
        if case.faults and case.does not in _ENDS and all(begin_s(row) > 0.0 for row in case.parts)
    ]


def survivable_on_bridge() -> list[Case]:
    """Return those that a live bridge can do: it sends no echo of commands."""
    return [case for case in survivable() if all(row.source in SENSORS for row in case.parts)]


def _moved(faults: Iterable[Fault], start_s: float, longest_s: float) -> FaultPlan:
    moved = []
    for fault in faults:
        lasts_s = fault.stop_s - fault.start_s
        stop_s = start_s + (lasts_s if isfinite(lasts_s) else longest_s)
        moved.append(replace(fault, start_s=start_s, stop_s=stop_s))
    return tuple(moved)


def faults_of(
    seed: int, leg: int, seconds: float, cases: Sequence[Case] | None = None
) -> FaultPlan:
    """Return the faults of a leg that lasts ``seconds``; the same numbers, the same faults.

    They are of ``cases``; None: of all that are survivable.
    """
    rng, cases = stream(seed, _PURPOSE, leg), survivable() if cases is None else cases
    found: list[Fault] = []
    start_s = FIRST_S
    while start_s < seconds:
        case = cases[int(rng.integers(len(cases)))]
        new = _moved(case.faults, start_s, float(rng.uniform(*LASTS_S)))
        found += new
        start_s = max(fault.stop_s for fault in new) + float(rng.uniform(*BETWEEN_S))
    return tuple(found)
