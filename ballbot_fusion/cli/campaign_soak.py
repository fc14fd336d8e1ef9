"""The soak of `ballbot campaign`: hours of random faults, simulated or by the clock: what grows?"""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ballbot_fusion.cli.output import people, progress, table, write_json
from ballbot_fusion.cli.provenance import provenance
from ballbot_fusion.cli.usage import UsageError, refuse_no_file

if TYPE_CHECKING:
    from ballbot_fusion.evaluation.soak.plan import SoakPlan, Told

KEPT, KEPT_GRAPH, HOUR_S = "runs/soak.jsonl", "runs/soak_graph.jsonl", 3600.0
NOT_WITH_SOAK = ("stage", "only", "short", "seeds", "seconds", "minutes", "robot", "page")
"""Options that mean nothing to it."""
SHOWN = ("what", "first", "last", "growth", "most", "tolerated", "verdict")
PlanT = TypeVar("PlanT", bound="SoakPlan")


def _check(arguments: argparse.Namespace) -> None:
    others = [name for name in NOT_WITH_SOAK if getattr(arguments, name) is not None]
    if arguments.logs is not None and not arguments.graph:
        others.append("logs")
    if others:
        raise UsageError(f"--soak goes by itself: leave out --{', --'.join(others)}")


def _fitted(whole: PlanT) -> PlanT:
    """A soak of less than a leg, to try it, is looked at more often."""
    return replace(
        whole,
        leg_s=min(whole.leg_s, whole.seconds),
        sample_s=min(whole.sample_s, whole.seconds / 20.0),
        warm_s=min(whole.warm_s, whole.seconds / 10.0),
    )


def _simulated(
    arguments: argparse.Namespace, policy: str, sha256: str | None, told: "Told"
) -> dict[str, Any]:
    from ballbot_fusion.evaluation.soak.leg import SimulatedSoak
    from ballbot_fusion.evaluation.soak.soak import Legs, go_on, outcome

    plan = _fitted(SimulatedSoak(policy, arguments.seed, HOUR_S * arguments.soak))
    legs = Legs(Path(arguments.keep or KEPT), plan, sha256)
    told(legs.simulated_s)
    go_on(plan, legs, told)
    return outcome(plan, legs.found)


def _by_the_clock(
    arguments: argparse.Namespace, policy: str, sha256: str | None, told: "Told"
) -> dict[str, Any]:
    from ballbot_fusion.evaluation.soak.soak import Legs
    from ballbot_fusion.operation.soak.soak import ClockSoak, amounts_to, counted_s, go_on

    plan = _fitted(ClockSoak(policy, arguments.seed, HOUR_S * arguments.soak))
    kept = Path(arguments.keep or KEPT_GRAPH)
    legs = Legs(kept, plan, sha256)
    logs = Path(arguments.logs or kept.with_name(f"{kept.stem}_logs"))
    logs.mkdir(parents=True, exist_ok=True)
    told(counted_s(legs.found))
    go_on(plan, legs, told, logs)
    return amounts_to(plan, legs.found)


def soak(arguments: argparse.Namespace) -> int:
    """Go on with the soak until it has lasted; exit code 1 when something grows, falls or ends."""
    from ballbot_fusion.core.robot import RobotConfig
    from ballbot_fusion.deployment.runtime import PolicyRuntime
    from ballbot_fusion.evaluation.scenario import NO_FILES, chosen

    _check(arguments)
    policy = chosen(arguments.policy)
    if arguments.graph:
        refuse_no_file(policy)
    sha256 = None if policy in NO_FILES else PolicyRuntime.load(policy, RobotConfig()).sha256
    with progress("s") as bar:
        task = bar.add_task("soak", total=round(HOUR_S * arguments.soak), note="")
        drive = _by_the_clock if arguments.graph else _simulated
        found = drive(
            arguments, policy, sha256, lambda seconds: bar.update(task, completed=round(seconds))
        )
    name = policy if policy in NO_FILES else Path(policy).stem
    more = {"policy": name, "policy_sha256": sha256, "provenance": provenance(arguments.command)}
    _shown(arguments, {**found, **more})
    return int(not found["kept"])


def _shown(arguments: argparse.Namespace, found: dict[str, Any]) -> None:
    from ballbot_fusion.evaluation.campaign.tables import driven_in

    write_json(arguments.json, found)
    if arguments.json != "-":
        cells = [[entry[key] for key in SHOWN] for entry in found["growth"]]
        people.print(table("soak", SHOWN, cells))
        people.print(driven_in(found), markup=False)
