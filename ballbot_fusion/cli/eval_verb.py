"""Run a suite of closed-loop episodes on held-out seeds, without ROS, on all cores.

Results depend on policy, suite, terrains, cases, seeds and length alone, not on --workers. Suites
end episodes earlier where they need no more time. Exit code 1 when a goal was missed.
--baseline and --ablate run the same seeds again: with the LQR, without cameras, with the policy
told that nothing is masked, or with cameras that see flat ground wherever they look;
`--baseline blind --ablate mask` blinds it untold, too.
"""

import argparse
import os
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from types import ModuleType
from typing import Any

from ballbot_fusion.cli.output import add_json, people, progress, table, write_json
from ballbot_fusion.cli.provenance import provenance
from ballbot_fusion.cli.usage import UsageError, at_least, file_to_write, positive
from ballbot_fusion.core.robot import load_robot
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.evaluation.comparison import BASELINES, Comparison, compared, comparisons
from ballbot_fusion.evaluation.kept import Kept
from ballbot_fusion.evaluation.parallel import run_all
from ballbot_fusion.evaluation.report import check_folder, write_report
from ballbot_fusion.evaluation.results import COLUMNS, Row, report
from ballbot_fusion.evaluation.scenario import ABLATIONS, LQR, NO_FILES, Scenario, chosen, on_robot
from ballbot_fusion.evaluation.suites import HELD_OUT, SUITES, load_suite
from ballbot_fusion.simulation.terrain import TERRAINS

EXAMPLE = "ballbot eval --suite hazard --baseline blind --ablate mask --report reports/hazard"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--suite", default="balance", choices=list(SUITES), help="which one")
    parser.add_argument("--policy", default="default", help="name, .onnx file, lqr or teacher")
    parser.add_argument(
        "--baseline", action="append", default=[], choices=list(BASELINES),
        help="lqr: the classical controller too; blind: the policy without cameras too",
    )  # fmt: skip
    parser.add_argument(
        "--ablate", choices=list(ABLATIONS),
        help="mask: the policy told that all is well, too; sight: its cameras see flat ground, too",
    )  # fmt: skip
    parser.add_argument(
        "--terrain",
        action="append",
        choices=list(TERRAINS),
        help="may be given again; default those of the suite",
    )
    parser.add_argument(
        "--case", metavar="PATTERN", help="only these of the suite's cases, such as 'both cameras*'"
    )
    parser.add_argument("--episodes", type=at_least(1), default=100, help="per case")
    parser.add_argument("--seconds", type=positive, default=60.0, help="length of an episode")
    parser.add_argument("--seed", type=at_least(0), default=HELD_OUT, help="first seed")
    parser.add_argument(
        "--workers", type=at_least(1), default=os.cpu_count() or 1, help="processes"
    )
    parser.add_argument(
        "--robot",
        default="",
        help="robot file; default the package's, or that which a suite is about",
    )
    parser.add_argument(
        "--keep", metavar="FILE", type=file_to_write(),
        help="add every episode to this file as it ends; those already there are not run again",
    )  # fmt: skip
    parser.add_argument(
        "--report", metavar="FOLDER", help="write JSON, Markdown table and plots there"
    )
    add_json(parser)


def _scenarios(arguments: argparse.Namespace, suite: ModuleType, policy: str) -> list[Scenario]:
    seeds = range(arguments.seed, arguments.seed + arguments.episodes)
    terrains = arguments.terrain or suite.TERRAINS_BY_DEFAULT
    planned: list[Scenario] = suite.scenarios(policy, terrains, seeds, arguments.seconds)
    found = on_robot(planned, load_robot(arguments.robot) if arguments.robot else None)
    chosen_ones = [entry for entry in found if fnmatchcase(entry.case, arguments.case or "*")]
    if not chosen_ones:
        cases = ", ".join(sorted({repr(entry.case) for entry in found if entry.case}))
        if not cases:
            raise UsageError(f"--case: the suite {arguments.suite} has no cases; leave it out")
        raise UsageError(f"--case {arguments.case}: no such case; there are {cases} for this robot")
    return chosen_ones


def _groups(
    arguments: argparse.Namespace, suite: ModuleType, policy: str
) -> list[tuple[Comparison, list[Scenario]]]:
    """All that is run: the policy itself first."""
    own = _scenarios(arguments, suite, policy)
    classical = _scenarios(arguments, suite, LQR)
    others = comparisons(arguments.baseline, arguments.ablate)
    return [(entry, entry.of(classical if entry.lqr else own)) for entry in (Comparison(), *others)]


def _rows(
    suite: ModuleType, groups: Sequence[tuple[Comparison, list[dict[str, Any]]]]
) -> list[Row]:
    own: list[Row] = suite.rows(groups[0][1])
    rows = list(own)
    for comparison, episodes in groups[1:]:
        rows += compared(own, comparison, suite.rows(episodes))
    return rows


def _results(
    arguments: argparse.Namespace,
    suite: ModuleType,
    everything: Sequence[Scenario],
    kept: Kept | None,
) -> list[dict[str, Any]]:
    """Run what was not run before; return the results in the order of the scenarios."""
    before = [None if kept is None else kept.find(scenario) for scenario in everything]
    missing = [s for s, result in zip(everything, before, strict=True) if result is None]
    with progress("episodes") as bar:
        task = bar.add_task(arguments.suite, total=len(missing), note="")

        def done(scenario: Scenario, result: dict[str, Any]) -> None:
            if kept is not None:
                kept.add(scenario, result)
            bar.advance(task)

        new = iter(run_all(suite.run, missing, arguments.workers, done))
    return [next(new) if result is None else result for result in before]


def _evaluate(
    arguments: argparse.Namespace,
    suite: ModuleType,
    groups: Sequence[tuple[Comparison, list[Scenario]]],
    kept: Kept | None,
) -> dict[str, Any]:
    """Run the suite; return the rows and what belongs to them."""
    everything = [scenario for _, scenarios in groups for scenario in scenarios]
    results = iter(_results(arguments, suite, everything, kept))
    found = [(entry, [next(results) for _ in scenarios]) for entry, scenarios in groups]
    return {
        "rows": _rows(suite, found),
        "episodes": found[0][1],
        "comparisons": {entry.name: episodes for entry, episodes in found[1:]},
    }


def run(arguments: argparse.Namespace) -> int:
    """Run the suite; exit code 1 when a goal was missed."""
    policy = chosen(arguments.policy)
    if arguments.report is not None:
        check_folder(Path(arguments.report))
    suite = load_suite(arguments.suite)
    groups = _groups(arguments, suite, policy)
    # A policy that does not fit is refused here, once, and not by every worker.
    name = policy
    sha256: str | None = None
    if policy not in NO_FILES:
        name = Path(policy).stem
        sha256 = PolicyRuntime.load(policy, groups[0][1][0].robot).sha256
    elif arguments.ablate is not None:
        raise UsageError(f"--ablate {arguments.ablate}: {policy} is no policy file; give one")
    origin = provenance(arguments.command)
    kept = None
    if arguments.keep is not None:
        kept = Kept(Path(arguments.keep), arguments.suite, sha256, origin["revision"])
    found = _evaluate(arguments, suite, groups, kept)
    if kept is not None and kept.revisions != {origin["revision"]}:
        origin["revisions"] = sorted(kept.revisions)
    rows = found.pop("rows")
    more = {"policy_sha256": sha256, "provenance": origin, **found}
    result = report(arguments.suite, name, arguments.seed, rows, **more)
    write_json(arguments.json, result)
    if arguments.json != "-":
        cells = ([getattr(row, column) for column in COLUMNS] for row in rows)
        people.print(table(f"{arguments.suite}: {name}", COLUMNS, cells))
    if arguments.report is not None:
        people.print(f"report: {write_report(result, Path(arguments.report))}")
    return int(any(row.met is False for row in rows))
