"""What policy files say of themselves, as far as a comparison needs it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.deployment.inspection import parameters_of
from ballbot_fusion.deployment.runtime import PolicyRuntime, read_model


@dataclass(frozen=True)
class PolicyFacts:
    """One policy file."""

    name: str
    """Of its file."""
    path: Path
    sha256: str
    architecture: str
    spec: ObservationSpec
    parameters: int
    fused: int
    """Number of fused features."""
    seed: int | None
    """Of the training; None where the file does not say."""
    minutes: float | None
    """Of training, roll-outs of its own included; None where the file does not say."""
    ticks: int | None
    """Labelled samples that it was fitted to."""
    command: str
    """That trained it; empty where the file does not say."""


def facts_of(path: Path) -> PolicyFacts:
    """Read a policy file.

    Raises:
        PolicyFileError: it cannot be used.
    """
    runtime, (model, _) = PolicyRuntime.load(path), read_model(path)
    origin = runtime.metadata.provenance
    trained = origin.get("trained", {})
    return PolicyFacts(
        name=path.stem,
        path=path,
        sha256=runtime.sha256,
        architecture=runtime.metadata.architecture,
        spec=runtime.spec,
        parameters=parameters_of(model),
        fused=runtime.fused_size,
        seed=origin.get("settings", {}).get("seed"),
        minutes=trained.get("minutes"),
        ticks=trained.get("ticks"),
        command=trained.get("command", ""),
    )


def compared(paths: Sequence[Path]) -> list[PolicyFacts]:
    """Read policy files, each content once: by architecture, then by name.

    Of files with the same content the one is kept that is called as the policy calls itself.
    """
    found: dict[str, PolicyFacts] = {}
    for path in sorted(paths):
        facts = facts_of(path)
        before = found.get(facts.sha256)
        if before is None or PolicyRuntime.load(path).metadata.name == facts.name:
            found[facts.sha256] = facts
    return sorted(found.values(), key=lambda facts: (facts.architecture, facts.name))
