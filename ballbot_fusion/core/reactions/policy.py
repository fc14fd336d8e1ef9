"""The policy itself: whatever becomes of it, safety balances in its place."""

from dataclasses import dataclass
from math import inf, isinf

from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.reactions.reaction import Does
from ballbot_fusion.core.reactions.words import described, named
from ballbot_fusion.core.safety_settings import SafetySettings

WITHIN_S = 0.03
"""When at the latest the fallback drives."""
STAY_S = 1.0
"""How long those last that end."""
POLICY_WORDS = {
    "killed": "the process is gone, then another one begins anew",
    "hung": "the process stands still, then finds what queued up",
    "silent": "the process lives and is not heard",
    "flapping": "silent and heard by turns, {size:g} ms each",
    "slow": "an answer takes {size:g} ms",
    "late": "answers arrive {size:g} ms later",
    "nan": "NaN in {size:.0%} of the answers",
    "saturated": "the largest torque of every wheel, always the same",
    "out_of_range": "{size:g} times the largest torque",
    "jumping": "from limit to limit every {size:g} ms",
    "alternating": "the largest torque to and fro with every answer",
    "unfamiliar": "inference withholds its command: far from what training saw",
}
"""What each kind of fault is, in words for people. ``{size}`` is how bad it is."""
SILENT = "the policy is silent"
NOT_FINITE = "the policy gave a torque that is not finite"
TOO_MUCH = "the policy asked for more than"
JUMPS = "the policy jumped twice within"
WITHHOLDS = "the policy withholds its command"


@dataclass(frozen=True)
class PolicyReaction:
    """What is promised about one fault of the policy while the robot drives."""

    kind: str
    """Name of the fault; see simulation/policy_faults."""
    does: Does
    says: str = ""
    """How safety's reason begins when it takes over."""
    size: float | None = None
    """How bad, in the unit that the words of its kind state."""
    lasts_s: float = STAY_S
    """How long it lasts, s; math.inf: for ever."""
    upright: float | None = 1.0
    """Least share of drives that stay upright; None: it may fall."""

    @property
    def name(self) -> str:
        """What tables and cases call it."""
        return named("policy", self.kind, self.size, self.lasts_s)

    @property
    def ends(self) -> Mode:
        """What safety is in at the end of a drive."""
        if self.does is Does.MAY_FALL:
            return Mode.FAULT  # It falls, and its tilt is past the limit.
        replaced = self.does is Does.REPLACES and isinf(self.lasts_s)
        return Mode.FALLBACK if replaced else Mode.ARMED

    @property
    def described(self) -> str:
        """The fault in words."""
        return described(POLICY_WORDS, self.kind, self.size)

    @property
    def noticed(self) -> str:
        """How and when it is noticed."""
        return f"“{self._said}” within {WITHIN_S * 1e3:.0f} ms" if self.says else "not noticed"

    @property
    def _said(self) -> str:
        return f"{self.says} ..." if self.says in (TOO_MUCH, JUMPS, WITHHOLDS) else self.says

    @property
    def shown(self) -> str:
        """What an operator sees in /diagnostics and safety/state."""
        if self.does is Does.MAY_FALL:
            return "`safety`: tilt and limit, once it falls"
        if not self.says:
            return "`inference`: rate and late ticks"
        return f"`safety`: FALLBACK, “{self._said}”"

    @property
    def recovers(self) -> str:
        """How it is got over."""
        if self.does is Does.MAY_FALL:
            return "disarm, put it upright, arm"
        if not self.says:
            return "nothing to recover from"
        limits = SafetySettings()
        return (
            f"the policy drives again once it was good for {limits.handback_s:g} s, "
            f"blended over {limits.blend_s:g} s"
        )


def _replaced(kind: str, says: str, size: float | None = None) -> tuple[PolicyReaction, ...]:
    return tuple(
        PolicyReaction(kind, Does.REPLACES, says, size, lasts_s) for lasts_s in (STAY_S, inf)
    )


POLICY_REACTIONS = (
    *_replaced("killed", SILENT),
    *_replaced("hung", SILENT),
    *_replaced("silent", SILENT),
    *_replaced("flapping", SILENT, 200.0),
    *_replaced("slow", SILENT, 40.0),
    *_replaced("late", SILENT, 60.0),
    *_replaced("nan", NOT_FINITE, 1.0),
    *_replaced("nan", NOT_FINITE, 0.1),
    PolicyReaction("nan", Does.REPLACES, NOT_FINITE, 0.0),
    *_replaced("out_of_range", TOO_MUCH, 2.0),
    *_replaced("jumping", JUMPS, 20.0),
    *_replaced("alternating", JUMPS),
    *_replaced("unfamiliar", WITHHOLDS),
    PolicyReaction("silent", Does.GOES_ON, lasts_s=0.01),
    PolicyReaction("late", Does.GOES_ON, size=5.0),
    PolicyReaction("saturated", Does.MAY_FALL, upright=None),
)
"""All rows of the policy."""
