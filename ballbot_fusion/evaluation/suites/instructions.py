"""Instructions: stand, hear one at 2 s, and do what it means at 5 to 7 s, on any phrasing.

Every held-out paraphrase is said with every seed, and as many of the phrasings that policies are
trained with; `--seconds` has no effect.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import hypot
from typing import Any

import numpy as np

from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.tick import Tick
from ballbot_fusion.evaluation.results import Row, by_case, share
from ballbot_fusion.evaluation.scenario import Scenario, build
from ballbot_fusion.evaluation.script import Saying
from ballbot_fusion.language.instructions import Intent, vocabulary

TERRAINS_BY_DEFAULT = ("flat",)
"""Where it runs unless told otherwise."""
HELD_OUT, TRAINING = "held out", "training"
SAID_S, JUDGED_S, END_S = 2.0, 5.0, 7.0
"""When it is said, and from when to when it is judged, s after the stand let go."""
SPEED_BAND, TURN_BAND = 0.075, 0.2
"""Largest error of the mean velocity, m/s, and yaw rate, rad/s. Half of what lies between the two
intents that are closest (stop, and forward slowly): no motion obeys two of them."""
GOAL = 0.95
"""Least share of held-out paraphrases that are obeyed."""


@dataclass(frozen=True)
class Phrase:
    """What is said in an episode."""

    split: str
    intent: str
    text: str

    @property
    def case(self) -> str:
        """What tells an episode from others of its seed; ``of`` reads it."""
        return f"{self.split}, {self.intent}: {self.text}"

    @classmethod
    def of(cls, case: str) -> "Phrase":
        """Read what ``case`` wrote."""
        head, text = case.split(": ", 1)
        split, intent = head.split(", ")
        return cls(split, intent, text)


def _phrases(seed: int) -> Iterator[Phrase]:
    """All held-out paraphrases, and as many training phrasings: others with the next seed."""
    for name, intent in vocabulary().intents.items():
        yield from (Phrase(HELD_OUT, name, text) for text in intent.held_out)
        known, count = intent.training, len(intent.held_out)
        chosen = [known[(seed * count + number) % len(known)] for number in range(count)]
        yield from (Phrase(TRAINING, name, text) for text in dict.fromkeys(chosen))


def scenarios(
    policy: str, terrains: Sequence[str], seeds: Sequence[int], seconds: float
) -> list[Scenario]:
    """One scenario per terrain, seed and phrase."""
    del seconds
    base = Scenario(policy, seconds=END_S)
    return [
        replace(base, terrain=terrain, seed=seed, case=phrase.case)
        for terrain in terrains
        for seed in seeds
        for phrase in _phrases(seed)
    ]


def obeyed(intent: Intent, motion: Vector) -> bool:
    """Whether a mean ``motion`` (vx, vy [m/s], yaw rate [rad/s]) is what ``intent`` stands for."""
    vx, vy, turn = (found - meant for found, meant in zip(motion, intent.command, strict=True))
    return hypot(vx, vy) <= SPEED_BAND and abs(turn) <= TURN_BAND


def run(scenario: Scenario) -> dict[str, Any]:
    """Run one; a success does what was said, upright, with the policy driving all the time."""
    phrase = Phrase.of(scenario.case)
    episode = build(scenario, sayings=(Saying(SAID_S, phrase.text),))
    plant, log = episode.loop.plant, episode.loop.log
    motions: list[Vector] = []

    def each(_: Tick) -> None:
        if log.released_ns is None or plant.time_ns - log.released_ns < JUDGED_S * 1e9:
            return
        truth = plant.simulation.ground_truth()
        vx, vy, _z = truth.heading_velocity
        motions.append((vx, vy, truth.angular_velocity[2]))

    summary = episode.run(scenario.seconds, each)
    upright = not summary["fell"] and summary["policy_share"] == 1.0
    vx, vy, turn = (float(x) for x in (np.mean(motions, axis=0) if motions else np.zeros(3)))
    intent = vocabulary().intents[phrase.intent]
    return {
        "case": phrase.split,
        "intent": phrase.intent,
        "text": phrase.text,
        "terrain": scenario.terrain,
        "seed": scenario.seed,
        "success": upright and obeyed(intent, (vx, vy, turn)),
        "motion": (vx, vy, turn),
        "upright": upright,
        **summary,
    }


def rows(episodes: Sequence[dict[str, Any]]) -> list[Row]:
    """Shares obeyed by terrain and kind of phrasing, then by intent; and who stayed upright."""
    found = []
    for terrain, case, here in by_case(episodes):
        name, goal = f"{terrain}, {case}", GOAL if case == HELD_OUT else None
        found.append(share(name, "obeyed", [entry["success"] for entry in here], goal))
        found.append(share(name, "upright", [entry["upright"] for entry in here], None))
        for intent in dict.fromkeys(entry["intent"] for entry in here):
            those = [entry["success"] for entry in here if entry["intent"] == intent]
            found.append(share(f"{name}, {intent}", "obeyed", those, None))
    return found
