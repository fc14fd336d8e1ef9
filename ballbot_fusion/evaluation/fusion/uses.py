"""All that one policy file tells about its use of modalities, as a result."""

from collections.abc import Callable
from typing import Any

from ballbot_fusion.deployment.open_graph import OpenGraph
from ballbot_fusion.deployment.runtime import read_model
from ballbot_fusion.evaluation.fusion.facts import PolicyFacts
from ballbot_fusion.evaluation.fusion.features import statistics
from ballbot_fusion.evaluation.fusion.importance import importance
from ballbot_fusion.evaluation.fusion.looks import looks
from ballbot_fusion.evaluation.fusion.samples import RecordedSamples
from ballbot_fusion.evaluation.results import report

PASSES = 3
"""How often ``each`` is called per sample."""
EXAMPLES = 3
"""Samples whose attention is drawn, spread over the set."""


def examples_of(count: int) -> list[int]:
    """Rows of the examples in a set of ``count`` samples, the same for every policy."""
    return sorted({(2 * number + 1) * count // (2 * EXAMPLES) for number in range(EXAMPLES)})


def uses(
    facts: PolicyFacts,
    samples: RecordedSamples,
    seed: int,
    provenance: dict[str, Any],
    each: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """Ask a policy about all samples; return a result as ``evaluation.results.report`` makes it.

    Beside ``rows`` (see ``importance`` and ``looks``) it has ``features`` (see ``features``),
    ``attention`` (see ``Looks.pictured``) and where the samples come from.

    Raises:
        SamplesError: they lack what the policy observes.
    """
    samples.check(facts.spec)
    graph, spec = OpenGraph(read_model(facts.path)[0], facts.spec), facts.spec
    rows = importance(graph, spec, samples, seed, each)
    features = statistics(graph, spec, samples, each)
    looked, pictured = looks(
        graph, facts.architecture, spec, samples, examples_of(len(samples)), each
    )
    return report(
        "uses",
        facts.name,
        seed,
        [*rows, *looked],
        policy_sha256=facts.sha256,
        provenance=provenance,
        samples={**samples.origin, "count": len(samples)},
        features=features,
        attention=pictured,
    )
