"""Run a suite of closed-loop episodes on held-out seeds, without ROS, on all cores.

Results depend on policy, suite, terrains, seeds and length alone, not on --workers. An episode of
`track` lasts at most 15 s. Exit code 1 when a goal was missed.
"""

import argparse
import os
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from ballbot_fusion.cli.output import add_json, people, progress, table, write_json
from ballbot_fusion.cli.provenance import provenance
from ballbot_fusion.cli.usage import at_least, positive
from ballbot_fusion.core.robot import RobotConfig, load_robot
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.evaluation.parallel import run_all
from ballbot_fusion.evaluation.results import COLUMNS, Row, report
from ballbot_fusion.evaluation.scenario import LQR, NO_FILES, Scenario, chosen
from ballbot_fusion.evaluation.suites import HELD_OUT, SUITES, load_suite
from ballbot_fusion.simulation.terrain import TERRAINS

EXAMPLE = "ballbot eval --suite balance --terrain flat --terrain rough --episodes 100 --json b.json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--suite", default="balance", choices=list(SUITES))
    parser.add_argument("--policy", default="default", help="name, .onnx file, lqr or teacher")
    parser.add_argument(
        "--baseline", choices=[LQR], help="the classical controller too, on the same seeds"
    )
    parser.add_argument(
        "--terrain",
        action="append",
        choices=list(TERRAINS),
        help="may be given again; default those of the suite",
    )
    parser.add_argument("--episodes", type=at_least(1), default=100, help="per case")
    parser.add_argument("--seconds", type=positive, default=60.0, help="length of an episode")
    parser.add_argument("--seed", type=at_least(0), default=HELD_OUT, help="first seed")
    parser.add_argument("--workers", type=at_least(1), default=os.cpu_count() or 1)
    parser.add_argument("--robot", default="", help="robot file")
    add_json(parser)


def _scenarios(
    arguments: argparse.Namespace, suite: ModuleType, policy: str, robot: RobotConfig
) -> list[Scenario]:
    seeds = range(arguments.seed, arguments.seed + arguments.episodes)
    terrains = arguments.terrain or suite.TERRAINS_BY_DEFAULT
    found: list[Scenario] = suite.scenarios(policy, terrains, seeds, arguments.seconds)
    return [replace(scenario, robot=robot) for scenario in found]


def _as_baseline(rows: Sequence[Row]) -> list[Row]:
    """Mark the rows of the classical controller; goals are the policy's."""
    return [replace(row, case=f"{row.case} ({LQR})", goal=None, met=None) for row in rows]


def _evaluate(arguments: argparse.Namespace, policy: str, robot: RobotConfig) -> dict[str, Any]:
    """Run the suite; return the rows and what belongs to them."""
    suite = load_suite(arguments.suite)
    scenarios = _scenarios(arguments, suite, policy, robot)
    baseline = _scenarios(arguments, suite, LQR, robot) if arguments.baseline else []
    with progress("episodes") as bar:
        task = bar.add_task(arguments.suite, total=len(scenarios + baseline), note="")
        done = partial(bar.advance, task)
        episodes = run_all(suite.run, scenarios + baseline, arguments.workers, done)
    own, others = episodes[: len(scenarios)], episodes[len(scenarios) :]
    rows: list[Row] = suite.rows(own)
    if others:
        rows += _as_baseline(suite.rows(others))
    return {"rows": rows, "episodes": own, "baseline_episodes": others}


def run(arguments: argparse.Namespace) -> int:
    """Run the suite; exit code 1 when a goal was missed."""
    robot, policy = load_robot(arguments.robot), chosen(arguments.policy)
    # A policy that does not fit is refused here, once, and not by every worker.
    sha256 = None if policy in NO_FILES else PolicyRuntime.load(policy, robot).sha256
    name = policy if policy in NO_FILES else Path(policy).stem
    found = _evaluate(arguments, policy, robot)
    rows = found.pop("rows")
    more = {"policy_sha256": sha256, "provenance": provenance(arguments.command), **found}
    write_json(arguments.json, report(arguments.suite, name, arguments.seed, rows, **more))
    if arguments.json != "-":
        cells = ([getattr(row, column) for column in COLUMNS] for row in rows)
        people.print(table(f"{arguments.suite}: {name}", COLUMNS, cells))
    return int(any(row.met is False for row in rows))
