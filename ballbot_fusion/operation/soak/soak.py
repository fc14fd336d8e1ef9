"""The soak by the clock: launch, leg after leg, launch again where one ended early; the verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ballbot_fusion.evaluation.soak.growth import Watched
from ballbot_fusion.evaluation.soak.plan import SoakPlan, Told
from ballbot_fusion.evaluation.soak.soak import Legs, outcome, told_further
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
"""Legs in a row that ended early, or do not count, after which it is given up."""


@dataclass(frozen=True)
class ClockSoak(SoakPlan):
    """A soak through the graph: its legs are those of no other soak."""

    leg_s: float = 120.0
    """Without its encoders a robot is carried off by some metres, and the ground has an end."""
    by: str = "clock"


def counts(leg: dict[str, Any]) -> bool:
    """Whether the simulation kept up: else the robot that falls may be the simulation's doing."""
    return not leg["broke"] and bool(leg["real_time_factor"] >= LEAST_FACTOR)


def counted_s(legs: Sequence[dict[str, Any]]) -> float:
    """Return the seconds of the legs that count."""
    return float(sum(leg["simulated_s"] for leg in legs if counts(leg)))


def _lost(leg: dict[str, Any]) -> str:
    """Why a leg did not last, or does not count; nothing where it was driven to its end."""
    if leg["broke"]:
        return str(leg["broke"])
    if not counts(leg):
        return f"a real-time factor of {leg['real_time_factor']:.3f}, expected {LEAST_FACTOR}"
    return "the robot fell" if leg["fell"] else ""


def go_on(plan: ClockSoak, legs: Legs, told: Told, folder: Path) -> None:
    """Drive the legs that are missing.

    Args:
        plan: of the soak.
        legs: those that were driven; new ones are added.
        told: hears the seconds that count, after each leg, and meanwhile as if it will.
        folder: for what the launches say.

    Raises:
        RuntimeError: too many legs in a row were lost.
        TimeoutError: a launch does not arm.
    """
    lost: list[str] = []
    while counted_s(legs.found) < plan.seconds:
        legs.begin_process()
        before_s, well = 0.0, True
        log = folder / f"soak_{legs.process}.log"
        with SoakGraph(plan, log) as graph:
            while well and counted_s(legs.found) < plan.seconds:
                further = partial(told_further, told, counted_s(legs.found))
                leg = drive_leg(graph, plan, len(legs.found), before_s, further)
                before_s += leg["simulated_s"]
                # Who fell is armed by nobody; what has ended is not what was looked at.
                well = not (leg["fell"] or leg["broke"])
                legs.add(leg)
                told(counted_s(legs.found))
                lost = [*lost, why] if (why := _lost(leg)) else []
                if len(lost) == MOST_LOST:
                    raise RuntimeError(
                        f"{MOST_LOST} legs in a row were lost: {'; '.join(lost)}. {log} has what "
                        "the launch said. End what else runs on this machine; the same command "
                        "goes on."
                    )


def amounts_to(plan: ClockSoak, legs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return what the legs amount to, as plain data; see ``outcome``.

    A slow machine excuses a fall, not a process that ends nor a command that cannot be: those of
    all legs count.
    """
    counted = [leg for leg in legs if counts(leg)]
    broke = [f"leg {leg['leg']}: {leg['broke']}" for leg in legs if leg["broke"]]
    bad = sum(leg["bad_commands"] for leg in legs)
    found = outcome(plan, counted, WATCHED)
    return {
        **found,
        "suite": "soak_graph",
        "driven": len(legs),
        "broke": broke,
        "bad_commands": bad,
        "policy_share": min((leg["policy_share"] for leg in counted), default=0.0),
        "real_time_factor": min((leg["real_time_factor"] for leg in counted), default=0.0),
        "kept": found["kept"] and not broke and bad == 0,
    }
