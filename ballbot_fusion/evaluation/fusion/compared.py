"""Everything that a page of comparisons is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ballbot_fusion.evaluation.fusion.cells import NOT_MEASURED
from ballbot_fusion.evaluation.fusion.facts import PolicyFacts
from ballbot_fusion.evaluation.fusion.found import Found


@dataclass(frozen=True)
class Comparison:
    """Policies, and what was measured of them."""

    policies: Sequence[PolicyFacts]
    found: Mapping[str, Found]
    """By sha256 of a policy."""
    untrained: Sequence[str] = ()
    """Settings files without a policy, by name."""

    def of(self, facts: PolicyFacts) -> Found:
        """Return what was measured of a policy: nothing, where there is nothing."""
        return self.found.get(facts.sha256, Found())

    @property
    def driven(self) -> list[PolicyFacts]:
        """Policies with results of any suite."""
        return [facts for facts in self.policies if self.of(facts).rows]

    @property
    def asked(self) -> list[PolicyFacts]:
        """Policies whose use of modalities was measured."""
        return [facts for facts in self.policies if self.of(facts).uses]


def unmeasured(data: Comparison, measured: Sequence[PolicyFacts]) -> str:
    """Name the policies that a table leaves out, below it."""
    names = ", ".join(f"`{facts.name}`" for facts in data.policies if facts not in measured)
    return f"\n\nIn these {NOT_MEASURED}: {names}." if names else ""
