"""How fast everything is here: processor, latency, rates, interleaved and repeated.

`ballbot bench all --json docs/results` measures everything anew and writes a result file of each,
bench_NAME.json; `ballbot report docs/performance.md` makes the page of them. Let nothing else run:
what else the machine does is in the figures (how much that was before each bench is written down).
latency and tick start nodes: nothing else may run on the same ROS_DOMAIN_ID. Exit code 1 when a
goal was missed.
"""

import argparse
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ballbot_fusion.bench import BENCHES, load_bench
from ballbot_fusion.bench.machine import QUICK_WATCHED_S, WATCHED_S, machine, taken_s
from ballbot_fusion.bench.setting import Setting
from ballbot_fusion.cli.output import people, progress, table, write_json
from ballbot_fusion.cli.provenance import provenance
from ballbot_fusion.cli.usage import UsageError, at_least, file_to_write, json_to_write
from ballbot_fusion.evaluation.results import COLUMNS, report

ALL = "all"
EXAMPLE = "ballbot bench inference default --json bench_inference.json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    lines = "; ".join(f"{name}: {what}" for name, what in BENCHES.items())
    parser.add_argument("bench", choices=[*BENCHES, ALL], help=f"{lines}; all: one after the other")
    parser.add_argument(
        "policies", nargs="*", metavar="POLICY",
        help="names or .onnx files; default: the bench's own choice",
    )  # fmt: skip
    parser.add_argument("--checkpoint", default="", help="of one of the policies, to time torch")
    parser.add_argument("--repeats", type=at_least(1), help="default: the bench's own, at least 5")
    parser.add_argument(
        "--quick", action="store_true", help="only to see that it works; the figures mean nothing"
    )
    parser.add_argument("--logs", help="folder that keeps what processes said")
    parser.add_argument(
        "--json", metavar="FILE", help="write the data as JSON; - is the terminal; all: a folder"
    )


def _measured(name: str, arguments: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Run one bench; return its result."""
    bench = load_bench(name)
    repeats = arguments.repeats or (1 if arguments.quick else bench.REPEATS)
    before = machine(QUICK_WATCHED_S if arguments.quick else WATCHED_S)
    taken, began = taken_s(), time.monotonic()
    with progress("steps") as bar:
        task = bar.add_task(name, total=None, note="")
        setting = Setting(
            repeats=repeats,
            folder=folder,
            quick=arguments.quick,
            policies=tuple(arguments.policies),
            checkpoint=arguments.checkpoint,
            expect=lambda steps: bar.update(task, total=steps),
            advance=lambda what: bar.update(task, advance=1, note=what),
        )
        found = bench.run(setting)
    passed = time.monotonic() - began
    before["taken_%"] = round(100.0 * (taken_s() - taken) / (passed * before["cores"]), 2)
    return report(
        f"bench_{name}", found.policy, 0, found.rows,
        repeats=repeats, seconds=round(passed, 1), quick=arguments.quick,
        policy_sha256=found.policy_sha256,
        provenance=provenance(arguments.command), machine=before, remarks=list(found.remarks),
        **found.more,
    )  # fmt: skip


def _show(result: dict[str, Any]) -> None:
    cells = ([row[column] for column in COLUMNS] for row in result["rows"])
    people.print(table(result["suite"], COLUMNS, cells))
    for remark in result["remarks"]:
        people.print(remark)


def _targets(arguments: argparse.Namespace) -> dict[str, str | None]:
    """Where the result of each bench that is asked for goes."""
    given = arguments.json
    if arguments.bench != ALL:
        return {arguments.bench: None if given is None else json_to_write(given)}
    if given in (None, "-"):
        raise UsageError("all: --json names the folder for the result files")
    place = file_to_write()
    return {name: place(str(Path(given) / f"bench_{name}.json")) for name in BENCHES}


def run(arguments: argparse.Namespace) -> int:
    """Measure; exit code 1 when a goal was missed."""
    targets, missed = _targets(arguments), False
    with TemporaryDirectory() as temporary:
        folder = Path(arguments.logs or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for name, target in targets.items():
            result = _measured(name, arguments, folder)
            write_json(target, result)
            if arguments.json != "-":
                _show(result)
            missed |= any(row["met"] is False for row in result["rows"])
    return int(missed and not arguments.quick)
