"""What recordings are made of: a drive under each kind of fault that the campaign has."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from ballbot_fusion.core.reactions import REACTIONS, TOGETHER, Reaction
from ballbot_fusion.core.samples import Source
from ballbot_fusion.evaluation.suites.fault_cases import HEALTHY
from ballbot_fusion.simulation.faults import Fault, FaultPlan

BEGIN_S, LASTS_S = 0.8, 1.2
"""When a fault begins, s after the stand let go, and how long it lasts at most."""
STREAMS = (Source.IMU, Source.ENCODERS, Source.CAMERA_0)
"""Whose faults are recorded one by one; both cameras are treated alike."""
TOGETHER_NAME, PROCESSES = "several at once", "processes"


@dataclass(frozen=True)
class ReplayCase:
    """One recording."""

    name: str
    group: str
    """What tables put it under: its stream, or that several fail."""
    faults: FaultPlan = ()
    """Times count from the release."""


def _fault(row: Reaction) -> Fault:
    """The fault of a row, cut to the length of a recording."""
    # Who joins late lacks from the first moment on.
    start_s = 0.0 if row.kind == "never" else BEGIN_S
    stop_s = BEGIN_S + min(row.lasts_s, LASTS_S)
    return Fault(row.kind, row.source, start_s, stop_s, row.size)


def _plan(rows: Sequence[Reaction]) -> FaultPlan:
    return tuple(map(_fault, rows))


def _singles() -> Iterator[ReplayCase]:
    """Of each kind the row that lasts longest, also where it ends in FAULT."""
    for source in STREAMS:
        name, rows = source.name.lower(), REACTIONS[source]
        for kind in dict.fromkeys(row.kind for row in rows):
            row = max((row for row in rows if row.kind == kind), key=lambda row: row.lasts_s)
            yield ReplayCase(f"{name} {kind}", name, _plan([row]))


def _in_turns(cases: Iterable[ReplayCase]) -> Iterator[ReplayCase]:
    """One of each group, and so on: where time ends a measure, every group has some."""
    groups: dict[str, list[ReplayCase]] = {}
    for case in cases:
        groups.setdefault(case.group, []).append(case)
    for row in zip_longest(*groups.values()):
        yield from (case for case in row if case is not None)


CASES = {
    case.name: case
    for case in _in_turns(
        (
            ReplayCase(HEALTHY, HEALTHY),
            *_singles(),
            *(ReplayCase(each.name, TOGETHER_NAME, _plan(each.parts)) for each in TOGETHER),
        )
    )
}
"""By name. Faults of the motors' echo are not among them: no driver sends one."""


def later(faults: FaultPlan, seconds: float) -> FaultPlan:
    """Return a plan whose times count from ``seconds`` earlier; what begins at 0 stays there."""
    return tuple(
        replace(fault, start_s=fault.start_s and fault.start_s + seconds,
                stop_s=fault.stop_s + seconds)
        for fault in faults
    )  # fmt: skip
