"""One row of the table: one fault of one stream, and what the robot does about it."""

from dataclasses import dataclass
from enum import StrEnum
from math import inf

from ballbot_fusion.core.reactions.words import in_words, named
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.samples import Source
from ballbot_fusion.core.synchronizer import RULES


class Does(StrEnum):
    """What the robot does; the value says it in words."""

    GOES_ON = "the policy drives on; nothing is masked"
    MAY_MASK = "the policy drives on; it knows when the stream is masked for lack of good samples"
    MASKS = "the policy drives on and knows that the stream is masked"
    REPLACES = "safety takes over, brakes and holds, and hands back to a policy that is good again"
    BRAKES = "safety brakes on the velocity that the motors tell, holds, then latches FAULT"
    FAULTS = "safety ramps the torques to zero and latches FAULT"
    MAY_FALL = "nothing tells it from the truth: the robot may fall"


LATCHES = frozenset({Does.FAULTS, Does.BRAKES})
"""What ends in FAULT."""


@dataclass(frozen=True)
class Reaction:
    """What is promised about one fault of one stream while the robot drives."""

    kind: str
    """Name of the fault; see words.py and simulation/faults."""
    source: Source
    does: Does
    reasons: tuple[Reason, ...] = ()
    """Why the stream is masked, any of these; else why samples of it are refused."""
    within_s: float = 0.0
    """When at the latest the stream is masked after the fault began, s."""
    size: float | None = None
    """How bad, in the unit that the words of its kind state."""
    lasts_s: float = inf
    """How long it lasts, s; math.inf: for ever."""
    upright: float | None = 1.0
    """Least share of drives that stay upright; None: it may fall."""
    faults_within_s: float = inf
    """Where it latches FAULT: when at the latest the motors are at zero, s."""

    @property
    def masks(self) -> bool:
        """Whether the stream is masked in every drive."""
        return self.does is Does.MASKS or self.does in LATCHES

    @property
    def name(self) -> str:
        """What tables and cases call it."""
        return named(self.source.name.lower(), self.kind, self.size, self.lasts_s)

    @property
    def described(self) -> str:
        """The fault in words."""
        return in_words(self.kind, self.size)

    @property
    def noticed(self) -> str:
        """How and when it is noticed."""
        names = " or ".join(reason.name for reason in self.reasons)
        if self.masks:
            return f"{names} within {self.within_s * 1e3:.0f} ms"
        return f"samples refused: {names}" if names else "not noticed"

    @property
    def shown(self) -> str:
        """What an operator sees in /diagnostics and safety/state."""
        if self.does is Does.MAY_FALL:
            return "`safety`: tilt and limit, once it falls"
        if not self.masks:
            return f"`inference`: rate and age of {self.source.name.lower()}"
        texts = " or ".join(f"“{reason.text}”" for reason in self.reasons)
        if self.does in LATCHES:
            return f"`safety`: FAULT within {self.faults_within_s * 1e3:.0f} ms, {texts}"
        return f"`inference`: {texts}"

    @property
    def recovers(self) -> str:
        """How it is got over."""
        if self.does in {*LATCHES, Does.MAY_FALL}:
            return "disarm, put it upright, arm"
        if self.does is Does.GOES_ON:
            return "nothing to recover from"
        count = RULES[self.source].recover_after
        return (
            f"trusted after {count} good samples" if count > 1 else "trusted with the next sample"
        )
