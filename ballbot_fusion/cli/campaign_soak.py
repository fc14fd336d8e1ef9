"""The soak of `ballbot campaign`: hours of random faults, simulated or by the clock: what grows?"""

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from ballbot_fusion.cli.output import people, progress, table, write_json
from ballbot_fusion.cli.provenance import provenance
from ballbot_fusion.cli.usage import UsageError

if TYPE_CHECKING:
    from ballbot_fusion.evaluation.soak.leg import SoakPlan
    from ballbot_fusion.evaluation.soak.soak import Legs

KEPT, KEPT_GRAPH, HOUR_S = "runs/soak.jsonl", "runs/soak_graph.jsonl", 3600.0
NOT_WITH_SOAK = ("stage", "only", "short", "seeds", "seconds", "minutes", "robot", "page")
"""Options that mean nothing to it."""
SHOWN = ("what", "first", "last", "growth", "most", "tolerated", "verdict")
Told = Callable[[float], None]


def _check(arguments: argparse.Namespace) -> None:
    others = [name for name in NOT_WITH_SOAK if getattr(arguments, name) is not None]
    if arguments.logs is not None and not arguments.graph:
        others.append("logs")
    if others:
        raise UsageError(f"--soak goes by itself: leave out --{', --'.join(others)}")


def _plan(arguments: argparse.Namespace, policy: str) -> "SoakPlan":
    from ballbot_fusion.evaluation.soak.leg import SoakPlan
    from ballbot_fusion.operation.soak.plan import GraphSoakPlan

    kind = GraphSoakPlan if arguments.graph else SoakPlan
    seconds = HOUR_S * arguments.soak
    whole = kind(policy, arguments.seed, seconds)
    # A soak of less than a leg, to try it, is looked at more often.
    return replace(
        whole,
        leg_s=min(whole.leg_s, seconds),
        sample_s=min(whole.sample_s, seconds / 20.0),
        warm_s=min(whole.warm_s, seconds / 10.0),
    )


def _simulated(plan: "SoakPlan", legs: "Legs", told: Told) -> dict[str, Any]:
    from ballbot_fusion.evaluation.soak.soak import go_on, outcome

    told(legs.simulated_s)
    go_on(plan, legs, told)
    return outcome(plan, legs.found)


def _by_the_clock(plan: "SoakPlan", legs: "Legs", told: Told, logs: str | None) -> dict[str, Any]:
    from ballbot_fusion.operation.soak.soak import amounts_to, go_on

    with TemporaryDirectory() as own:
        folder = Path(logs or own)
        folder.mkdir(parents=True, exist_ok=True)
        go_on(plan, legs, told, folder)
    return amounts_to(plan, legs.found)


def soak(arguments: argparse.Namespace) -> int:
    """Go on with the soak until it has lasted; exit code 1 when something grows, or falls."""
    from ballbot_fusion.core.robot import RobotConfig
    from ballbot_fusion.deployment.runtime import PolicyRuntime
    from ballbot_fusion.evaluation.scenario import NO_FILES, chosen
    from ballbot_fusion.evaluation.soak.soak import Legs

    _check(arguments)
    policy = chosen(arguments.policy)
    if arguments.graph and policy in NO_FILES:
        raise UsageError(f"--policy {policy}: the graph runs policy files only")
    sha256 = None if policy in NO_FILES else PolicyRuntime.load(policy, RobotConfig()).sha256
    plan = _plan(arguments, policy)
    kept = Path(arguments.keep or (KEPT_GRAPH if arguments.graph else KEPT))
    legs = Legs(kept, plan, sha256)
    with progress("s") as bar:
        task = bar.add_task("soak", total=round(plan.seconds), note="")

        def told(seconds: float) -> None:
            bar.update(task, completed=round(seconds))

        if arguments.graph:
            found = _by_the_clock(plan, legs, told, arguments.logs)
        else:
            found = _simulated(plan, legs, told)
    name = policy if policy in NO_FILES else Path(policy).stem
    more = {"policy": name, "policy_sha256": sha256, "provenance": provenance(arguments.command)}
    _shown(arguments, {**found, **more})
    return int(not found["kept"])


def _shown(arguments: argparse.Namespace, found: dict[str, Any]) -> None:
    write_json(arguments.json, found)
    if arguments.json == "-":
        return
    cells = [[entry[key] for key in SHOWN] for entry in found["growth"]]
    title = f"soak: {found['simulated_s']:.0f} s, {found['faults']} faults"
    people.print(table(title, SHOWN, cells))
    people.print(f"{found['falls']} falls, {found['bad_commands']} bad commands")
