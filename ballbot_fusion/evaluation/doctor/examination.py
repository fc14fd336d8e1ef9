"""Mistakes planted and looked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.doctor.finding import Finding, State
from ballbot_fusion.doctor.guided import EVERYTHING
from ballbot_fusion.doctor.observed import Observed
from ballbot_fusion.doctor.passive import judged
from ballbot_fusion.evaluation.doctor.mistakes.planted import Planted
from ballbot_fusion.evaluation.doctor.mistakes.table import MISTAKES
from ballbot_fusion.evaluation.doctor.rig import Rig
from ballbot_fusion.simulation.hardware import hidden_file, owners_file


@dataclass(frozen=True)
class Examined:
    """What the doctor made of a robot."""

    planted: tuple[Planted, ...]
    findings: tuple[Finding, ...]

    @property
    def named(self) -> set[str]:
        """Parameters that it would have changed."""
        return {f.parameter for f in self.findings if f.state is State.FAILED}

    @property
    def missed(self) -> list[Planted]:
        """Mistakes of which no parameter was named."""
        return [p for p in self.planted if not p.parameters & self.named]

    @property
    def alarms(self) -> set[str]:
        """Parameters that were named though nothing is wrong with them."""
        return self.named - {name for p in self.planted for name in p.parameters}


@lru_cache(maxsize=4)
def _observed(hidden: RobotConfig, owner: RobotConfig, seed: int) -> Observed:
    """Many mistakes do not touch the robot itself: one simulation serves for all of them."""
    return Rig(hidden, owner, seed).examined()


def examine(planted: Sequence[Planted], seed: int) -> Examined:
    """Plant mistakes in the simulated hardware and let the doctor examine it, guided."""
    owner, hidden = owners_file(), hidden_file()
    for mistake in planted:
        hidden = mistake.hidden(hidden)
    observed = _observed(hidden, owner, seed)
    for mistake in planted:
        observed = mistake.seen(observed)
    return Examined(tuple(planted), tuple(judged(observed, EVERYTHING)))


def drawn(number: int, seed: int, owner: RobotConfig | None = None) -> Planted:
    """Draw axis and size of one of MISTAKES from ``seed``."""
    return MISTAKES[number](np.random.default_rng((seed, number)), owner or owners_file())


def hide(first: Planted, second: Planted) -> bool:
    """Whether two mistakes touch the same stream, so that one may hide the other."""
    return any(a in b or b in a for a in first.touches for b in second.touches)


def pairs(seed: int) -> list[tuple[Planted, Planted]]:
    """Draw every pair of mistakes that do not hide one another."""
    numbers = combinations(range(len(MISTAKES)), 2)
    found = [(drawn(a, seed), drawn(b, seed)) for a, b in numbers]
    return [pair for pair in found if not hide(*pair)]
