"""What an examination of the doctor found, as rows: mistakes named, right parameters left alone."""

from collections.abc import Sequence
from typing import Any

from ballbot_fusion.evaluation.doctor.examination import Examined
from ballbot_fusion.evaluation.results import Row, share

KINDS = ("a right robot", "one mistake", "two mistakes")
"""What tables call robots by the number of mistakes that were planted in them."""


def robot(seed: int, found: Examined) -> dict[str, Any]:
    """Return one robot as results keep it: what was planted, what was named, what was wrong."""
    return {
        "seed": seed,
        "planted": [p.name for p in found.planted],
        "drawn": [p.words for p in found.planted],
        "missed": [p.name for p in found.missed],
        "alarms": sorted(found.alarms),
        "named": sorted(found.named),
    }


def rows(robots: Sequence[dict[str, Any]]) -> list[Row]:
    """Return rows of ``robots``: by the number of mistakes, and of each that was planted alone."""
    found = []
    for count, case in enumerate(KINDS):
        of_kind = [entry for entry in robots if len(entry["planted"]) == count]
        if not of_kind:
            continue
        if count:
            named = [name not in entry["missed"] for entry in of_kind for name in entry["planted"]]
            found.append(share(case, "mistakes_named", named, 1.0))
        quiet = [not entry["alarms"] for entry in of_kind]
        found.append(share(case, "no_false_alarm", quiet, 1.0))
    alone = [entry for entry in robots if len(entry["planted"]) == 1]
    for name in dict.fromkeys(entry["planted"][0] for entry in alone):
        named = [not entry["missed"] for entry in alone if entry["planted"] == [name]]
        found.append(share(name, "mistakes_named", named, 1.0))
    return found
