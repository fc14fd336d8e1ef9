"""Results on the disk, by the policy file that they are of: a retrained policy has none."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ballbot_fusion.evaluation.suites import SUITES
from ballbot_fusion.evaluation.suites.outages import BOTH_LOST, ONE_LOST
from ballbot_fusion.simulation.terrain import COURSES, HELD_OUT_FAMILIES

USES, SPEED = "uses", "speed"
Key = tuple[str, str, str]
"""Suite, case, metric."""
Row = Mapping[str, Any]
"""A row as ``evaluation.results.report`` writes it."""
WHOLE: Mapping[tuple[str, str], frozenset[str]] = {
    ("hazard", "known families"): frozenset(COURSES) - frozenset(HELD_OUT_FAMILIES),
    ("hazard", "unseen families"): frozenset(HELD_OUT_FAMILIES),
    **{
        ("sensors", f"courses, {case}"): frozenset(f"courses, {case}: {name}" for name in COURSES)
        for case in (ONE_LOST, BOTH_LOST)
    },
}
"""Suite and case of figures over many grounds, and the cases of each of these: a result of some of
them only (``--terrain``) has such a figure, too, which is not that of the others."""


OTHER = ("--robot", "--seconds")
"""Options of `ballbot eval` that make another task of a suite: its figures are not compared."""


def _is_the_suite(result: Mapping[str, Any]) -> bool:
    """Whether a result is that of a suite as it is, not on another robot or cut short."""
    words = shlex.split(result["provenance"]["command"])
    given = [word.split("=")[0] for word in words if word.startswith("--") and word != "--"]
    # Whoever types an option may leave out its end.
    return not any(option.startswith(name) for option in OTHER for name in given)


@dataclass
class Found:
    """What result files say of one policy file."""

    rows: dict[Key, Row] = field(default_factory=dict)
    """Of suites."""
    speed: dict[str, Row] = field(default_factory=dict)
    """By metric."""
    uses: dict[str, Any] | None = None
    """See ``evaluation.fusion.uses``."""
    sources: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """Name and provenance of each file of a suite."""

    def add(self, name: str, result: Mapping[str, Any]) -> None:
        """Take in a result of a suite; of the same figure, that of more episodes counts.

        Figures over many grounds count only where all of these were driven.
        """
        self.sources.append((name, result["provenance"]))
        suite, cases = result["suite"], {row["case"] for row in result["rows"]}
        for row in result["rows"]:
            key = (suite, row["case"], row["metric"])
            whole = WHOLE.get((suite, row["case"]), frozenset()) <= cases
            if whole and (key not in self.rows or row["n"] > self.rows[key]["n"]):
                self.rows[key] = row


def _results(folder: Path) -> list[tuple[str, dict[str, Any]]]:
    """Every result below ``folder`` with its name, in the order of names."""
    found = []
    for path in sorted(folder.rglob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(content, dict) and "rows" in content and "suite" in content:
            found.append((path.relative_to(folder).as_posix(), content))
    return found


def found_in(folder: Path) -> dict[str, Found]:
    """Read every result below ``folder``; return what they say by the policy's sha256."""
    found: dict[str, Found] = {}
    for name, result in _results(folder):
        if result["suite"] == SPEED:
            for policy, sha256 in result["policies"].items():
                own = {row["metric"]: row for row in result["rows"] if row["case"] == policy}
                found.setdefault(sha256, Found()).speed = own
        elif result["policy_sha256"] is not None:
            here = found.setdefault(result["policy_sha256"], Found())
            if result["suite"] == USES:
                here.uses = result
            elif result["suite"] in SUITES and _is_the_suite(result):  # not what benches say of it
                here.add(name, result)
    return found
