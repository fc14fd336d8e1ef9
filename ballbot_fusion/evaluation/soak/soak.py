"""The whole soak: leg by leg into a file from which it goes on, and what it amounts to."""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

from ballbot_fusion.evaluation.kept import KeptError
from ballbot_fusion.evaluation.soak.growth import STEADY, WATCHED, Watched, growth
from ballbot_fusion.evaluation.soak.leg import SimulatedSoak, drive_leg
from ballbot_fusion.evaluation.soak.plan import SoakPlan, Told

FALLS = 0.01
"""Share of faults that may end in a fall: the least that the table promises is 99 %."""
Leg = dict[str, Any]


class Legs:
    """Legs that were driven, one JSON object a line."""

    def __init__(self, path: Path, plan: SoakPlan, policy_sha256: str | None) -> None:
        """Read what ``path`` holds, if there is such a file; add to it from now on.

        Raises:
            KeptError: it holds something else, or a soak of another plan.
        """
        self._path = path
        # How long the whole lasts may change: it is gone on with.
        policy = plan.policy if policy_sha256 is None else policy_sha256
        self._key = asdict(replace(plan, policy=policy, seconds=0.0))
        self.found: list[Leg] = []
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            self._read(path.read_text(encoding="utf-8"))
        self.process = 0
        self.begin_process()

    def _read(self, text: str) -> None:
        whole, _, rest = text.rpartition("\n")
        for number, line in enumerate(whole.splitlines(), 1):
            try:
                entry = json.loads(line)
                key, leg = entry["key"], entry["leg"]
            except (ValueError, KeyError, TypeError) as error:
                raise KeptError(
                    f"{self._path}, line {number} is no leg of a soak ({type(error).__name__}). "
                    "Give another file with --keep, or delete this one to begin anew."
                ) from None
            if key != self._key:
                raise KeptError(
                    f"{self._path}, line {number} is of another soak: {key}, expected "
                    f"{self._key}. Give another file with --keep, or the same policy and seed."
                )
            self.found.append(leg)
        if rest:  # an interrupt while it was written
            self._path.write_text(text[: len(text) - len(rest)], encoding="utf-8")

    def begin_process(self) -> None:
        """Let the legs that follow be those of another process than those before."""
        self.process = 1 + max((leg["process"] for leg in self.found), default=0)

    def add(self, leg: Leg) -> None:
        """Write a leg that has just ended, as one of this process."""
        leg = {**leg, "process": self.process}
        self.found.append(leg)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"key": self._key, "leg": leg}) + "\n")

    @property
    def simulated_s(self) -> float:
        """Of all legs together."""
        return float(sum(leg["simulated_s"] for leg in self.found))


def told_further(told: Told, done_s: float, now_s: float) -> None:
    """Tell ``told`` of a leg that has lasted ``now_s``, after ``done_s`` of others."""
    told(done_s + now_s)


def go_on(plan: SimulatedSoak, legs: Legs, told: Told) -> None:
    """Drive the legs that are missing; ``told`` hears the simulated seconds so far."""
    before_s = 0.0
    while (done_s := legs.simulated_s) < plan.seconds:
        leg = drive_leg(plan, len(legs.found), before_s, partial(told_further, told, done_s))
        before_s += leg["simulated_s"]
        legs.add(leg)
        told(legs.simulated_s)


def _samples(plan: SoakPlan, legs: Sequence[Leg]) -> list[dict[str, Any]]:
    return [
        {**sample, "process": leg["process"]}
        for leg in legs
        for sample in leg["samples"]
        if sample["at_s"] >= plan.warm_s
    ]


def outcome(
    plan: SoakPlan, legs: Sequence[Leg], watched: Sequence[Watched] = WATCHED
) -> dict[str, Any]:
    """Return what the soak amounts to, as plain data; ``kept`` says whether all is well.

    That needs faults, and that each of them spoilt something: else it proves nothing.
    """
    samples = _samples(plan, legs)
    found = [growth(entry, samples) for entry in watched]
    faults, falls = (sum(leg[key] for leg in legs) for key in ("faults", "fell"))
    bad, idle = (sum(leg[key] for leg in legs) for key in ("bad_commands", "without_effect"))
    steady = all(entry.verdict == STEADY for entry in found)
    return {
        "suite": "soak",
        "seed": plan.seed,
        "asked_s": plan.seconds,
        "simulated_s": sum(leg["simulated_s"] for leg in legs),
        "legs": len(legs),
        "processes": len({leg["process"] for leg in legs}),
        "samples": len(samples),
        "faults": faults,
        "without_effect": idle,
        "falls": falls,
        "bad_commands": bad,
        "growth": [asdict(entry) for entry in found],
        "kept": steady and bad == 0 and faults > 0 and idle == 0 and falls <= FALLS * faults,
    }
