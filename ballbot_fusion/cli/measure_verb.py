"""Figures of the whole graph: real launches, processes and middleware on this machine.

Each measure launches the simulation by itself; nothing else may run on the same ROS_DOMAIN_ID.
Those that go through cases (replay, replay_real_time) go on where they were interrupted (--keep),
run some of them (--only), and end with what there is (--minutes). Exit code 1 when a goal was
missed.
"""

import argparse
import time
from fnmatch import fnmatchcase
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

from ballbot_fusion.cli.output import add_json, people, progress, table, write_json
from ballbot_fusion.cli.provenance import provenance
from ballbot_fusion.cli.usage import UsageError, at_least, file_to_write, not_negative, positive
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.evaluation.kept import Kept
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
    parser.add_argument("--only", metavar="PATTERN", help="only these cases: 'imu*'")
    parser.add_argument(
        "--keep", metavar="FILE", type=file_to_write(),
        help="cases that were run, and are not run again",
    )  # fmt: skip
    parser.add_argument("--minutes", type=not_negative, help="after so many, no case is begun")
    parser.add_argument("--logs", help="folder that keeps what the launches said")
    add_json(parser)


def _cases(arguments: argparse.Namespace, measure: ModuleType) -> tuple[str, ...]:
    """Return the cases that are asked for; none of a measure that has none."""
    every: tuple[str, ...] = getattr(measure, "CASES", ())
    given = (arguments.only, arguments.keep, arguments.minutes)
    if not every and any(value is not None for value in given):
        raise UsageError(f"{arguments.measure} has no cases: leave out --only, --keep, --minutes")
    found = tuple(case for case in every if fnmatchcase(case, arguments.only or "*"))
    if every and not found:
        raise UsageError(f"no case is like {arguments.only!r}; there are {', '.join(every)}")
    return found


def _kept(arguments: argparse.Namespace, sha256: str, revision: str) -> Kept | None:
    if arguments.keep is None:
        return None
    return Kept(Path(arguments.keep), arguments.measure, sha256, revision)


def _measured(
    arguments: argparse.Namespace, measure: ModuleType, runtime: PolicyRuntime
) -> dict[str, Any]:
    """Run it behind a progress bar; return the report."""
    origin = provenance(arguments.command)
    cases = _cases(arguments, measure)
    kept = _kept(arguments, runtime.sha256, origin["revision"])
    repeats, begin_s = arguments.repeats or measure.REPEATS, time.monotonic()
    with TemporaryDirectory() as temporary, progress("runs") as bar:
        folder = Path(arguments.logs or temporary).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        total = repeats * (len(cases) or getattr(measure, "PARTS", 1))
        task = bar.add_task(arguments.measure, total=total, note="")
        setting = Setting(
            seconds=arguments.seconds or measure.SECONDS,
            repeats=repeats,
            policy=arguments.policy,
            folder=folder,
            advance=lambda: bar.advance(task),
            cases=cases,
            kept=kept,
            until_s=inf if arguments.minutes is None else begin_s + 60.0 * arguments.minutes,
        )
        rows = measure.run(setting)
    if kept is not None and kept.revisions != {origin["revision"]}:
        origin["revisions"] = sorted(kept.revisions)
    more = {"repeats": repeats, "policy_sha256": runtime.sha256, "provenance": origin}
    if setting.runs:
        more["runs"] = setting.runs
    return report(arguments.measure, runtime.metadata.name, 0, rows, **more)


def run(arguments: argparse.Namespace) -> int:
    """Measure; exit code 1 when a goal was missed."""
    measure = load_measure(arguments.measure)
    runtime = PolicyRuntime.load(policy_path(arguments.policy), RobotConfig())
    result = _measured(arguments, measure, runtime)
    write_json(arguments.json, result)
    if arguments.json != "-":
        cells = ([row[column] for column in COLUMNS] for row in result["rows"])
        people.print(table(f"{arguments.measure}: {arguments.policy}", COLUMNS, cells))
    return int(any(row["met"] is False for row in result["rows"]))
