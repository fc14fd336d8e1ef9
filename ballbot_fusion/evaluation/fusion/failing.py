"""Sensors that fail on open ground: a table per terrain, a line per policy that met any of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

from ballbot_fusion.evaluation.fusion.cells import NOT_MEASURED, cell
from ballbot_fusion.evaluation.fusion.compared import Comparison, unmeasured
from ballbot_fusion.evaluation.fusion.facts import PolicyFacts
from ballbot_fusion.evaluation.fusion.found import Key, Row
from ballbot_fusion.evaluation.markdown import grid
from ballbot_fusion.evaluation.results import share
from ballbot_fusion.evaluation.suites.outages import (
    ANY_CAMERA_STATE,
    lasting_cases,
    passing_cases,
)

GROUNDS = ("flat", "rough")
"""Terrains without a course."""
SUITE, UPRIGHT = "sensors", "upright"


def _groups() -> Mapping[str, Sequence[str]]:
    """Cases by what fails: a stream that is heard of again fails in several ways."""
    found: dict[str, list[str]] = {ANY_CAMERA_STATE: [ANY_CAMERA_STATE]}
    for case in passing_cases():
        found.setdefault(case.name.removesuffix(f" {case.faults[0].kind}"), []).append(case.name)
    for case in lasting_cases():
        found.setdefault(case.name.split(":")[0], []).append(case.name)
    return found


GROUPS = _groups()
"""Cases of the suite by column."""
CASES = tuple(case for group in GROUPS.values() for case in group)
"""All of them, in the order of the columns."""


def _key(terrain: str, case: str) -> Key:
    return SUITE, f"{terrain}, {case}", UPRIGHT


def rows_of(data: Comparison, facts: PolicyFacts, terrain: str) -> dict[str, Row]:
    """Return what a policy did on open ground by case, in the order of the columns."""
    rows = data.of(facts).rows
    return {case: rows[_key(terrain, case)] for case in CASES if _key(terrain, case) in rows}


def met_by(data: Comparison, terrain: str) -> list[PolicyFacts]:
    """Return the policies that met any failing sensor there."""
    return [facts for facts in data.driven if rows_of(data, facts, terrain)]


def _upright(row: Row) -> int:
    """How many episodes of a share ended well."""
    return round(row["value"] * row["n"])


def _pooled(rows: Sequence[Row | None]) -> Row | None:
    """One share over the episodes of all; none where a case is missing, which may be the worst."""
    good = [k < _upright(row) for row in rows if row is not None for k in range(row["n"])]
    return None if None in rows else asdict(share("", UPRIGHT, good, None))


def _falls(data: Comparison, terrain: str, met: Sequence[PolicyFacts]) -> Iterator[str]:
    for facts in met:
        for case, row in rows_of(data, facts, terrain).items():
            if case != ANY_CAMERA_STATE and _upright(row) < row["n"]:
                yield f"`{facts.name}`, {case}: {_upright(row)} of {row['n']}"


def _table(data: Comparison, terrain: str) -> str:
    met = met_by(data, terrain)
    if not met:
        return f"Failing sensors on {terrain} ground: {NOT_MEASURED}, of any policy."
    lines = []
    for facts in met:
        rows = rows_of(data, facts, terrain)
        cells = (cell(_pooled([rows.get(case) for case in group])) for group in GROUPS.values())
        lines.append((f"`{facts.name}`", *cells))
    falls = "; ".join(_falls(data, terrain, met))
    below = f"Upright less often: {falls}." if falls else "Nobody fell in any episode."
    table = grid((f"upright on {terrain} ground", *GROUPS), lines)
    return f"{table}\n\n{below}{unmeasured(data, met)}"


def failing_sensors(data: Comparison) -> str:
    """Return the tables; each share is over all ways in which a stream failed."""
    return "\n\n".join(_table(data, terrain) for terrain in GROUNDS)
