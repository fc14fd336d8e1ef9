"""The soak of `ballbot campaign`: hours of simulated time, random faults, what grows."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from ballbot_fusion.cli.output import people, progress, table, write_json
from ballbot_fusion.cli.provenance import provenance
from ballbot_fusion.cli.usage import UsageError

KEPT, HOUR_S = "runs/soak.jsonl", 3600.0
NOT_WITH_SOAK = (
    "stage", "graph", "only", "short", "seeds", "seconds", "minutes", "robot", "page", "logs",
)  # fmt: skip
"""Options that mean nothing to it."""
SHOWN = ("what", "first", "last", "growth", "most", "tolerated", "verdict")


def soak(arguments: argparse.Namespace) -> int:
    """Go on with the soak until it has lasted; exit code 1 when something grows, or falls."""
    from ballbot_fusion.core.robot import RobotConfig
    from ballbot_fusion.deployment.runtime import PolicyRuntime
    from ballbot_fusion.evaluation.scenario import NO_FILES, chosen
    from ballbot_fusion.evaluation.soak.leg import SoakPlan
    from ballbot_fusion.evaluation.soak.soak import Legs, go_on, outcome

    others = [name for name in NOT_WITH_SOAK if getattr(arguments, name) is not None]
    if others:
        raise UsageError(f"--soak goes by itself: leave out --{', --'.join(others)}")
    policy = chosen(arguments.policy)
    sha256 = None if policy in NO_FILES else PolicyRuntime.load(policy, RobotConfig()).sha256
    seconds = HOUR_S * arguments.soak
    whole = SoakPlan(policy, arguments.seed, seconds)
    # A soak of less than a leg, to try it, is looked at more often.
    plan = replace(
        whole,
        leg_s=min(whole.leg_s, seconds),
        sample_s=min(whole.sample_s, seconds / 20.0),
        warm_s=min(whole.warm_s, seconds / 10.0),
    )
    legs = Legs(Path(arguments.keep or KEPT), plan, sha256)
    with progress("s") as bar:
        task = bar.add_task("soak", total=round(plan.seconds), note="")
        bar.update(task, completed=round(legs.simulated_s))
        go_on(plan, legs, lambda seconds: bar.update(task, completed=round(seconds)))
    name = policy if policy in NO_FILES else Path(policy).stem
    more = {"policy": name, "policy_sha256": sha256, "provenance": provenance(arguments.command)}
    found: dict[str, Any] = {**outcome(plan, legs.found), **more}
    write_json(arguments.json, found)
    if arguments.json != "-":
        cells = [[entry[key] for key in SHOWN] for entry in found["growth"]]
        title = f"soak: {found['simulated_s']:.0f} s, {found['faults']} faults"
        people.print(table(title, SHOWN, cells))
        people.print(f"{found['falls']} falls, {found['bad_commands']} bad commands")
    return int(not found["kept"])
