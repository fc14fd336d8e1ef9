"""Every row of core/reactions as a drive in which it comes true: which faults, from when on."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite

from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.reactions import (
    LATCHES,
    POLICY_REACTIONS,
    REACTIONS,
    TOGETHER,
    Does,
    PolicyReaction,
    Reaction,
)
from ballbot_fusion.core.samples import Source
from ballbot_fusion.simulation.faults import Fault, FaultPlan
from ballbot_fusion.simulation.policy_faults import PolicyFault, PolicyPlan

START_S = 3.0
"""When faults begin, s after the stand let go; those of late joiners with the release."""
AFTER_S = 3.0
"""How long to watch once the last fault is over, or the motors must be at zero, s."""
HEALTHY = "no fault"
"""The case that all others are compared with."""
CAMERAS = frozenset({Source.CAMERA_0, Source.CAMERA_1})


@dataclass(frozen=True)
class Case:
    """What fails together, and what was promised about it."""

    name: str
    parts: tuple[Reaction, ...]
    upright: float | None
    """Least share of drives that stay upright; None: none is promised."""
    policy: PolicyReaction | None = None
    """What fails of the policy itself; nothing else fails then."""

    @property
    def policy_faults(self) -> PolicyPlan:
        """The plan of the policy's fault."""
        return () if self.policy is None else (policy_fault_of(self.policy),)

    @property
    def faults(self) -> FaultPlan:
        """The plan, in the order of the parts."""
        return tuple(fault_of(row) for row in self.parts)

    @property
    def of_cameras(self) -> bool:
        """Whether nothing but cameras fails, if anything does."""
        return self.policy is None and {row.source for row in self.parts} <= CAMERAS

    @property
    def does(self) -> Does:
        """What the robot does: the worst of the parts."""
        if self.policy is not None:
            return self.policy.does
        return max((row.does for row in self.parts), key=list(Does).index, default=Does.GOES_ON)

    @property
    def ends(self) -> Mode | None:
        """What safety is in at the end of a drive; None: nothing is promised."""
        if self.policy is not None:
            return self.policy.ends
        if self.does is Does.MAY_FALL:
            return None
        return Mode.FAULT if self.does in LATCHES else Mode.ARMED

    def seconds(self, longest: float) -> float:
        """How long to drive; ``longest``, s, where the faults last for ever."""
        ends = [_end_s(row) for row in self.parts]
        ends += [fault.stop_s for fault in self.policy_faults]
        return min(longest, max((end + AFTER_S for end in ends), default=longest))


def begin_s(row: Reaction) -> float:
    """When its fault begins, s after the stand let go."""
    return 0.0 if row.kind == "never" else START_S


def fault_of(row: Reaction) -> Fault:
    """The fault that a row is about."""
    start_s = begin_s(row)
    return Fault(row.kind, row.source, start_s, start_s + row.lasts_s, row.size)


def policy_fault_of(row: PolicyReaction) -> PolicyFault:
    """The fault that a row of the policy is about."""
    return PolicyFault(row.kind, START_S, START_S + row.lasts_s, row.size)


def _end_s(row: Reaction) -> float:
    """When there is no more to see, s."""
    held_s = (row.size or 0.0) * 1e-3 if row.kind in ("late", "jitter") else 0.0
    zero_s = START_S + row.faults_within_s if isfinite(row.faults_within_s) else 0.0
    return zero_s or fault_of(row).stop_s + held_s


def _singles() -> Iterable[Case]:
    for rows in REACTIONS.values():
        for row in rows:
            yield Case(row.name, (row,), row.upright)


CASES = {
    case.name: case
    for case in (
        Case(HEALTHY, (), 1.0),
        *_singles(),
        *(Case(several.name, several.parts, several.upright) for several in TOGETHER),
        *(Case(row.name, (), row.upright, row) for row in POLICY_REACTIONS),
    )
}
"""All cases by name."""
