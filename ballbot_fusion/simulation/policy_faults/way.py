"""The way of the policy's answers through one fault, and the proof that it acted."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from ballbot_fusion.core.samples import Sample
from ballbot_fusion.core.tables import load_entry
from ballbot_fusion.simulation.policy_faults.fault import Answer, Ask, Effect, Means, PolicyFault

_PACKAGE = "ballbot_fusion.simulation.policy_faults"
POLICY_FAULTS = {
    kind: f"{_PACKAGE}.{kind}"
    for kind in (
        "killed", "hung", "silent", "flapping", "slow", "late", "nan", "saturated",
        "out_of_range", "jumping", "alternating", "unfamiliar",
    )
}  # fmt: skip
"""Module with a function ``make(fault, means) -> Effect`` by name."""
PURPOSE = 103
"""Of a random stream, beside the numbers of sensors and stream faults."""


@dataclass
class Way:
    """One fault, and what it has done."""

    effect: Effect
    spoilt: int = 0
    """In how many control periods it kept an answer back or changed it."""
    first_ns: int | None = None
    """When it did so first."""
    last_ns: int | None = None
    """When it did so last."""

    @classmethod
    def of(cls, fault: PolicyFault, means: Means) -> "Way":
        """Prepare ``fault``; raises ValueError for an unknown kind, or a size it cannot have."""
        made: Effect = load_entry(POLICY_FAULTS, fault.kind, "policy fault").make(fault, means)
        return cls(made)

    def through(self, ask: Ask, acts: bool) -> Ask:
        """Return ``ask`` as this fault has its way with it; ``acts``: whether it acts now."""
        return partial(self._passed, ask, acts)

    def _passed(self, ask: Ask, acts: bool, samples: Sequence[Sample], now_ns: int) -> Answer:
        undisturbed: list[Answer] = []

        def asked(heard: Sequence[Sample], at_ns: int) -> Answer:
            undisturbed.append(ask(heard, at_ns))
            return undisturbed[-1]

        answer = self.effect(asked, samples, now_ns, acts)
        if not undisturbed or answer.command is not undisturbed[-1].command:
            self.spoilt += 1
            self.last_ns = now_ns
            self.first_ns = now_ns if self.first_ns is None else self.first_ns
        return answer
