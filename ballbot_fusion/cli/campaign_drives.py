"""The drives of `ballbot campaign`: those that are missing are driven, all are summed up."""

import argparse
import time
from collections.abc import Sequence
from dataclasses import asdict
from fnmatch import fnmatchcase
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from rich.progress import Progress

from ballbot_fusion.cli.output import people, progress
from ballbot_fusion.cli.usage import UsageError, refuse_no_file
from ballbot_fusion.core.robot import load_robot
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.evaluation.campaign.drives import (
    Drive,
    Memory,
    Plan,
    TimeIsUp,
    drive_all,
    known,
)
from ballbot_fusion.evaluation.campaign.outcome import (
    SUITE,
    counts_of,
    failures_of,
    figures_of,
    rows_of,
    verdict,
)
from ballbot_fusion.evaluation.campaign.stages import STAGES
from ballbot_fusion.evaluation.scenario import NO_FILES, chosen

if TYPE_CHECKING:
    from ballbot_fusion.operation.campaign import GraphStage

SEED = 0
"""First seed of runs through the graph."""


def plan_of(arguments: argparse.Namespace, policy: str) -> Plan:
    """Return what the options ask for; ``policy`` is that of scenarios."""
    count, short = 1 if arguments.short else arguments.seeds, bool(arguments.short)
    return Plan(
        policy, range(arguments.seed, arguments.seed + count), arguments.seconds,
        load_robot(arguments.robot or ""), arguments.only or "*", short,
    )  # fmt: skip


class _Clock:
    """Shows the drives that ended, and says when no more are begun."""

    def __init__(self, bar: Progress, task: Any, minutes: float | None) -> None:
        self._bar, self._task = bar, task
        self._end_s = inf if minutes is None else time.monotonic() + 60.0 * minutes

    @property
    def is_up(self) -> bool:
        return time.monotonic() >= self._end_s

    def show(self, drive: Drive) -> None:
        """Show a drive that has just ended."""
        self._bar.update(self._task, advance=1, note=drive.scenario.case)

    def told(self, drive: Drive) -> None:
        """Show it; raise TimeIsUp when it is."""
        self.show(drive)
        if self.is_up:
            raise TimeIsUp


def _graph_drives(stages: Sequence[str], policy: str, arguments: argparse.Namespace) -> list[Drive]:
    """Return what is driven through the graph, of the stages that need it."""
    names = [name for name in stages if name not in STAGES]
    if not names:
        return []
    from ballbot_fusion.operation.campaign import load_graph_stage

    refuse_no_file(policy)
    if arguments.robot:
        raise UsageError(
            f"--robot {arguments.robot}: {' and '.join(names)} launch the robot of "
            "config/robot.yaml; leave out --robot, or name the other stages with --stage"
        )
    found = [Drive(n, s) for n in names for s in load_graph_stage(n).scenarios(policy, SEED)]
    pattern = arguments.only or "*"
    return [drive for drive in found if fnmatchcase(drive.scenario.case, pattern)]


def _drive_one(stage: "GraphStage", drive: Drive, memory: Memory, logs: Path) -> None:
    """Launch one. One that fails ends no campaign of hours: the next call tries it again."""
    try:
        memory.add(drive, stage.run(drive.scenario, logs))
    except RuntimeError as error:
        people.print(
            f"Not driven: {drive.scenario.case}, seed {drive.scenario.seed}: {error} "
            "The same command tries it again.",
            markup=False,
        )


def _drive_graph(
    drives: Sequence[Drive], memory: Memory, logs: Path, clock: _Clock
) -> list[tuple[Drive, dict[str, Any]]]:
    """Launch what was not launched before, or did not count; return what there is."""
    from ballbot_fusion.operation.campaign import load_graph_stage

    logs.mkdir(parents=True, exist_ok=True)
    for drive in drives:
        before = memory.find(drive)
        if (before is None or not before["counted"]) and not clock.is_up:
            _drive_one(load_graph_stage(drive.stage), drive, memory, logs)
            clock.show(drive)
    return known(drives, memory)


def _driven(
    arguments: argparse.Namespace, drives: Sequence[Drive], memory: Memory
) -> dict[str, list[dict[str, Any]]]:
    """Drive; return results by stage."""
    own = [drive for drive in drives if drive.stage in STAGES]
    graph = [drive for drive in drives if drive.stage not in STAGES]
    with progress("drives") as bar, TemporaryDirectory() as temporary:
        there = sum(memory.find(drive) is not None for drive in drives)
        task = bar.add_task(SUITE, total=len(drives), completed=there, note="")
        clock = _Clock(bar, task, arguments.minutes)
        if clock.is_up:
            pairs = known(own, memory)
        else:
            pairs = drive_all(own, memory, arguments.workers, clock.told)
        pairs += _drive_graph(graph, memory, Path(arguments.logs or temporary), clock)
    found: dict[str, list[dict[str, Any]]] = {}
    for drive, result in pairs:
        found.setdefault(drive.stage, []).append(result)
    return found


def _figures(episodes: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Return the entries of every stage that has drives."""
    found = figures_of({name: own for name, own in episodes.items() if name in STAGES})
    for name, own in episodes.items():
        if name not in STAGES:
            from ballbot_fusion.operation.campaign import load_graph_stage

            found[name] = load_graph_stage(name).figures(own)
    return found


def result_of(
    arguments: argparse.Namespace, stages: Sequence[str], origin: dict[str, Any]
) -> dict[str, Any]:
    """Drive what is missing; return the campaign's result.

    Raises:
        PolicyFileError: the policy cannot be used.
        UsageError: a pattern that fits no case.
    """
    policy = chosen(arguments.policy)
    sha256 = None
    if policy not in NO_FILES:
        sha256 = PolicyRuntime.load(policy, load_robot(arguments.robot or "")).sha256
    drives = plan_of(arguments, policy).drives([name for name in stages if name in STAGES])
    drives += _graph_drives(stages, policy, arguments)
    if not drives:
        raise UsageError(f"--only {arguments.only}: no such case in {', '.join(stages)}")
    keep = None if arguments.keep is None else Path(arguments.keep)
    memory = Memory(keep, sha256, origin["revision"])
    episodes = _driven(arguments, drives, memory)
    if memory.revisions != {origin["revision"]}:
        origin["revisions"] = sorted(memory.revisions)
    figures = _figures(episodes)
    rows = rows_of(episodes, figures)
    return {
        "suite": SUITE,
        "policy": policy if policy in NO_FILES else Path(policy).stem,
        "policy_sha256": sha256,
        "seed": arguments.seed,
        "seeds": len(plan_of(arguments, policy).seeds),
        "seconds": arguments.seconds,
        "provenance": origin,
        "drives": counts_of([drive.stage for drive in drives], episodes),
        "kept": verdict(figures, rows),
        "rows": [asdict(row) for row in rows],
        "stages": figures,
        "failures": failures_of(episodes),
    }
