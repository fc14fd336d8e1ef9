"""Drive every fault of the table, and say what came of it: without ROS, on all cores.

Every case of `core/reactions` at 0.3 to 0.5 m/s on rough ground; cameras on flat ground and hazard
courses, too; blackouts of every length; an emergency stop in the middle of every fault; long drives
in which nothing fails. It goes on where it was interrupted (--keep), and begins with all of the
first seed: --minutes ends it with what there is. --graph adds what real processes show: nothing
else may run on the ROS_DOMAIN_ID then. --soak drives with random faults for so many hours and
watches what grows: of simulated time without ROS, or by the clock through real processes with
--graph.
The whole campaign fills docs/fault_report.md. Exit code 1 when a promise was not kept.
"""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ballbot_fusion.cli.campaign_soak import soak
from ballbot_fusion.cli.output import add_json, people, table, write_json
from ballbot_fusion.cli.provenance import provenance
from ballbot_fusion.cli.usage import (
    UsageError,
    at_least,
    file_to_write,
    json_to_write,
    not_negative,
    positive,
)
from ballbot_fusion.evaluation.campaign.stages import STAGES
from ballbot_fusion.evaluation.suites import HELD_OUT

EXAMPLE = "ballbot campaign --seeds 2 --minutes 30 --only 'both cameras*'"
PAGE, RESULT, KEPT = "docs/fault_report.md", "docs/results/campaign.json", "runs/campaign.jsonl"
"""Of the whole campaign."""
SEEDS, SECONDS = 20, 60.0
GRAPH = {
    "lockstep": "every case through real nodes, in turn",
    "real_time": "what happens to processes, machine and network, at the pace of the clock",
}
"""Stages that need ROS, by what they do; modules of operation/campaign."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options; those that a soak refuses are None where they are not given."""
    parser.add_argument("--policy", default="default", help="name, .onnx file, lqr or teacher")
    parser.add_argument(
        "--stage", action="append", choices=[*STAGES, *GRAPH], help="may be given again"
    )
    parser.add_argument(
        "--graph", action="store_true", default=None, help=f"also {' and '.join(GRAPH)}"
    )
    parser.add_argument("--only", metavar="PATTERN", help="only these cases: 'imu*'")
    parser.add_argument(
        "--short", action="store_true", default=None, help="a minute of processor time"
    )
    parser.add_argument("--seeds", type=at_least(1), help=f"drives of each case; else {SEEDS}")
    parser.add_argument("--seed", type=at_least(0), default=HELD_OUT, help="the first of them")
    parser.add_argument(
        "--seconds", type=positive,
        help=f"how long lasting faults are watched; else {SECONDS:g}",
    )  # fmt: skip
    parser.add_argument(
        "--minutes", type=not_negative, help="end with what there is by then; 0: drive nothing more"
    )
    parser.add_argument(
        "--workers", type=at_least(1), help="processes; one per core, for --short a single one"
    )
    parser.add_argument("--robot", help="robot file")
    parser.add_argument(
        "--keep", metavar="FILE", type=file_to_write(),
        help=f"results so far; {KEPT} of the whole",
    )  # fmt: skip
    parser.add_argument("--page", metavar="FILE", help=f"page to fill; {PAGE} of the whole")
    parser.add_argument("--logs", metavar="FOLDER", help="keeps what the launches said")
    parser.add_argument(
        "--soak",
        metavar="HOURS",
        type=positive,
        help="of simulated time, or of the clock with --graph",
    )
    add_json(parser)


def _stages(arguments: argparse.Namespace) -> list[str]:
    named: list[str] = arguments.stage or list(STAGES)
    chosen = [name for name in (*STAGES, *GRAPH) if name in named]
    found = chosen + [name for name in GRAPH if arguments.graph and name not in chosen]
    graph = [name for name in found if name in GRAPH]
    if arguments.short and graph:
        raise UsageError(f"--short drives without ROS: leave out {', '.join(graph)}")
    if arguments.short and arguments.seeds is not None:
        raise UsageError("--short drives one seed: leave out --seeds; --seed says which")
    return found


def _with_defaults(arguments: argparse.Namespace) -> None:
    """The whole campaign keeps, writes and shows its results where they belong."""
    arguments.seeds, arguments.seconds = arguments.seeds or SEEDS, arguments.seconds or SECONDS
    # Two processes would each drive the controls of the short one.
    arguments.workers = arguments.workers or (1 if arguments.short else os.cpu_count() or 1)
    if arguments.short or arguments.only or arguments.stage:
        return
    arguments.keep = arguments.keep or KEPT
    arguments.json = arguments.json or RESULT
    arguments.page = arguments.page or PAGE


def _check_places(arguments: argparse.Namespace) -> None:
    """Refuse, before hours of driving, what could not be written after them."""
    if arguments.page is not None:
        from ballbot_fusion.evaluation.plots import figure_class

        figure_class()
        if not Path(arguments.page).is_file():
            raise UsageError(f"no page {arguments.page}: run it in a checkout, or give --page")
    if arguments.json is not None:
        json_to_write(arguments.json)


def _shown(result: dict[str, Any]) -> None:
    """Print the goals, and every case that missed its own."""
    columns = ("case", "metric", "n", "value", "low", "high", "goal", "met")
    cells = [[row[column] for column in columns] for row in result["rows"]]
    people.print(table(f"campaign: {result['policy']}", columns, cells))
    missed = [
        entry
        for name, entries in result["stages"].items()
        for entry in entries
        if name != "limits" and entry.get("met") is False
    ]
    if missed:
        shown = ("world", "case", "n", "upright", "goal", "as_documented")
        people.print(table("not as promised", shown, [[e.get(k) for k in shown] for e in missed]))
    for entry in result["failures"][:20]:
        text = "; ".join(entry["breaches"]) or "fell"
        people.print(f"{entry['terrain']}, seed {entry['seed']}, {entry['case']}: {text}")


def _write(arguments: argparse.Namespace, result: dict[str, Any]) -> None:
    write_json(arguments.json, result)
    if arguments.page is None:
        return
    from ballbot_fusion.evaluation.campaign.page import fill_page

    page = Path(arguments.page)
    results = Path(arguments.json).parent if arguments.json not in (None, "-") else None
    fill_page(page, result, results)
    people.print(f"report: {page}")


def run(arguments: argparse.Namespace) -> int:
    """Run the campaign; exit code 1 when a promise was not kept."""
    if arguments.soak is not None:
        return soak(arguments)
    from ballbot_fusion.cli.campaign_drives import result_of

    stages: Sequence[str] = _stages(arguments)
    _with_defaults(arguments)
    _check_places(arguments)
    result = result_of(arguments, stages, provenance(arguments.command))
    _write(arguments, result)
    if arguments.json != "-":
        _shown(result)
    return int(not result["kept"])
