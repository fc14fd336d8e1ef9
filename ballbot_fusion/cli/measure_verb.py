"""Figures of the whole graph: real launches, processes and middleware on this machine.

Each measure launches the simulation by itself; nothing else may run on the same ROS_DOMAIN_ID.
Exit code 1 when a goal was missed.
"""

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

from ballbot_fusion.cli.output import add_json, people, progress, table, write_json
from ballbot_fusion.cli.provenance import provenance
from ballbot_fusion.cli.usage import at_least, positive
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.evaluation.results import COLUMNS, report
from ballbot_fusion.operation.measures import MEASURES, load_measure
from ballbot_fusion.operation.measures.setting import Setting

EXAMPLE = "ballbot measure kills --repeats 50 --json kills.json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    lines = "; ".join(f"{name}: {what}" for name, what in MEASURES.items())
    parser.add_argument("measure", choices=list(MEASURES), help=lines)
    parser.add_argument("--policy", default="default", help="name or .onnx file")
    parser.add_argument("--seconds", type=positive, help="length of each run, if it has one")
    parser.add_argument("--repeats", type=at_least(1), help="runs, seeds or kills")
    parser.add_argument("--logs", help="folder that keeps what the launches said")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Measure; exit code 1 when a goal was missed."""
    measure = load_measure(arguments.measure)
    runtime = PolicyRuntime.load(policy_path(arguments.policy), RobotConfig())
    repeats = arguments.repeats or measure.REPEATS
    with TemporaryDirectory() as temporary, progress("runs") as bar:
        folder = Path(arguments.logs or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        total = repeats * getattr(measure, "PARTS", 1)
        task = bar.add_task(arguments.measure, total=total, note="")
        setting = Setting(
            seconds=arguments.seconds or measure.SECONDS,
            repeats=repeats,
            policy=arguments.policy,
            folder=folder,
            advance=lambda: bar.advance(task),
        )
        rows = measure.run(setting)
    origin = provenance(arguments.command)
    more = {"repeats": repeats, "policy_sha256": runtime.sha256, "provenance": origin}
    write_json(arguments.json, report(arguments.measure, runtime.metadata.name, 0, rows, **more))
    if arguments.json != "-":
        cells = ([getattr(row, column) for column in COLUMNS] for row in rows)
        people.print(table(f"{arguments.measure}: {arguments.policy}", COLUMNS, cells))
    return int(any(row.met is False for row in rows))
