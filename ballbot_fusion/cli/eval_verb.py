"""Run a suite of closed-loop episodes on held-out seeds, without ROS, on all cores."""

import argparse
import os
from dataclasses import replace
from functools import partial
from pathlib import Path

from ballbot_fusion.cli.output import add_json, people, progress, table, write_json
from ballbot_fusion.cli.provenance import provenance
from ballbot_fusion.core.robot import load_robot
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.evaluation.parallel import run_all
from ballbot_fusion.evaluation.results import report
from ballbot_fusion.evaluation.scenario import LQR
from ballbot_fusion.evaluation.suites import HELD_OUT, SUITES, load_suite
from ballbot_fusion.simulation.terrain import TERRAINS

EXAMPLE = "ballbot eval --suite balance --terrain flat --terrain rough --episodes 100 --json b.json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--suite", default="balance", choices=list(SUITES))
    parser.add_argument("--policy", default="default", help="name or .onnx file")
    parser.add_argument("--baseline", choices=[LQR], help="the classical controller instead")
    parser.add_argument(
        "--terrain", action="append", choices=list(TERRAINS), help="may be given again; default all"
    )
    parser.add_argument("--episodes", type=int, default=100, help="per case")
    parser.add_argument("--seconds", type=float, default=60.0, help="length of an episode")
    parser.add_argument("--seed", type=int, default=HELD_OUT, help="first seed")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--robot", default="", help="robot file")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Run the suite; exit code 1 when a goal was missed."""
    if arguments.episodes < 1 or arguments.seconds <= 0.0 or arguments.workers < 1:
        raise ValueError("--episodes, --seconds and --workers must be positive.")
    suite, robot = load_suite(arguments.suite), load_robot(arguments.robot)
    policy, sha256 = LQR, ""
    if arguments.baseline is None:
        path = policy_path(arguments.policy)
        policy, sha256 = str(path), PolicyRuntime.load(path, robot).sha256
    seeds = range(arguments.seed, arguments.seed + arguments.episodes)
    terrains = arguments.terrain or list(TERRAINS)
    scenarios = [
        replace(scenario, robot=robot)
        for scenario in suite.scenarios(policy, terrains, seeds, arguments.seconds)
    ]
    with progress() as bar:
        task = bar.add_task(arguments.suite, total=len(scenarios), note="")
        done = partial(bar.advance, task)
        episodes = run_all(suite.run, scenarios, arguments.workers, done)
    rows = suite.rows(episodes)
    name = LQR if policy == LQR else Path(policy).stem
    more = {"policy_sha256": sha256, "provenance": provenance(), "episodes": episodes}
    write_json(arguments.json, report(arguments.suite, name, arguments.seed, rows, **more))
    if arguments.json != "-":
        columns = ("case", "metric", "n", "value", "low", "high", "goal", "met")
        cells = ([getattr(row, column) for column in columns] for row in rows)
        people.print(table(f"{arguments.suite}: {name}", columns, cells))
    return int(any(row.met is False for row in rows))
