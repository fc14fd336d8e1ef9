"""The soak by the clock: launch, leg after leg, launch again where one fell; what it amounts to."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ballbot_fusion.evaluation.soak.growth import Watched
from ballbot_fusion.evaluation.soak.leg import SoakPlan
from ballbot_fusion.evaluation.soak.soak import Legs, outcome
from ballbot_fusion.operation.campaign.real_time import LEAST_FACTOR
from ballbot_fusion.operation.soak.graph import PROCESSES, SoakGraph
from ballbot_fusion.operation.soak.leg import drive_leg

HELD = (("memory_mib", "memory", "MiB", 16.0), ("threads", "threads", "", 0.5),
        ("handles", "file handles", "", 0.5))  # fmt: skip
"""Of every process: key, what, unit, and how much growth counts as none."""
WATCHED = (
    *(
        Watched(f"{name} {key}", f"{name}: {what}", unit, tolerated)
        for name in PROCESSES
        for key, what, unit, tolerated in HELD
    ),
    Watched("latency_ms", "IMU sample to motor command, median", "ms", 0.2),
)
MOST_LOST = 3
"""Legs in a row without which a machine counts as too slow."""


def counts(leg: dict[str, Any]) -> bool:
    """Whether the simulation kept up: else the robot that falls may be the simulation's doing."""
    return bool(leg["real_time_factor"] >= LEAST_FACTOR)


class _Progress:
    """What was driven, and what of it counts."""

    def __init__(self, legs: Legs, told: Callable[[float], None]) -> None:
        self._legs, self._told = legs, told
        self._lost = 0
        told(self.seconds)

    @property
    def seconds(self) -> float:
        """That count."""
        return float(sum(leg["simulated_s"] for leg in self._legs.found if counts(leg)))

    def add(self, leg: dict[str, Any]) -> None:
        """Keep a leg; raises RuntimeError where too many in a row do not count."""
        self._legs.add(leg)
        self._lost = 0 if counts(leg) else self._lost + 1
        self._told(self.seconds)
        if self._lost == MOST_LOST:
            raise RuntimeError(
                f"This machine does not keep up: {MOST_LOST} legs in a row had a real-time factor "
                f"below {LEAST_FACTOR}, the last {leg['real_time_factor']:.3f}. End what else runs "
                "on it; the same command goes on."
            )


def go_on(plan: SoakPlan, legs: Legs, told: Callable[[float], None], folder: Path) -> None:
    """Drive the legs that are missing; ``told`` hears the seconds that count, after each.

    Args:
        plan: of the soak.
        legs: those that were driven; new ones are added.
        told: hears them at the start, too.
        folder: for what the launches say.

    Raises:
        RuntimeError: the graph never drove, or the machine does not keep up.
    """
    progress = _Progress(legs, told)
    while progress.seconds < plan.seconds:
        legs.begin_process()
        before_s, well = 0.0, True
        with SoakGraph(plan, folder / f"soak_{legs.process}.log") as graph:
            while well and progress.seconds < plan.seconds:
                leg = drive_leg(graph, plan, len(legs.found), before_s)
                before_s += leg["simulated_s"]
                # Who fell is armed by nobody; what has ended is not what was looked at.
                well = not (leg["fell"] or leg["gone"])
                progress.add(leg)


def amounts_to(plan: SoakPlan, legs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return what the legs that count amount to, as plain data; see ``outcome``."""
    counted = [leg for leg in legs if counts(leg)]
    found = outcome(plan, counted, WATCHED)
    gone = sorted({name for leg in counted for name in leg["gone"]})
    return {
        **found,
        "suite": "soak_graph",
        "driven": len(legs),
        "gone": gone,
        "real_time_factor": min((leg["real_time_factor"] for leg in counted), default=None),
        "kept": found["kept"] and not gone,
    }
