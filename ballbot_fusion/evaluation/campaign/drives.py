"""All drives of a campaign, and what is left of them after an interrupt."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.evaluation.campaign.stages import in_budget, load_stage
from ballbot_fusion.evaluation.kept import Kept
from ballbot_fusion.evaluation.parallel import run_all
from ballbot_fusion.evaluation.scenario import Scenario, on_robot
from ballbot_fusion.evaluation.suites.fault_cases import HEALTHY


@dataclass(frozen=True)
class Drive:
    """One drive of one stage."""

    stage: str
    scenario: Scenario


@dataclass(frozen=True)
class Plan:
    """Which drives there are."""

    policy: str
    """See ``Scenario.policy``."""
    seeds: Sequence[int]
    seconds: float
    """How long faults that last for ever are watched."""
    robot: RobotConfig
    only: str = "*"
    """Pattern of the names of the cases; the control comes with them."""
    short: bool = False
    """The few drives that tell most, with the first seed."""

    def drives(self, stages: Sequence[str]) -> list[Drive]:
        """Return all drives, seed by seed: whenever it is interrupted, every stage has some."""
        found: list[tuple[float, Drive]] = []
        for name in stages:
            own = sorted(self._chosen(name), key=lambda scenario: scenario.seed)
            seeds = len({scenario.seed for scenario in own})
            # How far its stage has come by then, in seeds.
            found += [(seeds * n / len(own), Drive(name, s)) for n, s in enumerate(own)]
        return [drive for _, drive in sorted(found, key=lambda entry: entry[0])]

    def _chosen(self, name: str) -> list[Scenario]:
        """Return a stage's drives that ``only`` asks for, and what they are compared with."""
        everything = self._scenarios(name)
        chosen = {s.case for s in everything if fnmatchcase(s.case, self.only)}
        wanted = {*chosen, HEALTHY} if chosen else chosen
        return [scenario for scenario in everything if scenario.case in wanted]

    def _scenarios(self, name: str) -> list[Scenario]:
        stage = load_stage(name)
        if self.short:
            found = in_budget(stage.short(self.policy, self.seeds[0]), stage.SHORT_S)
        else:
            found = stage.scenarios(self.policy, self.seeds, self.seconds)
        return on_robot(found, self.robot)


def driven(drive: Drive) -> dict[str, Any]:
    """Run one."""
    return load_stage(drive.stage).run(drive.scenario)


class Memory:
    """Results of drives by stage; in a file, a campaign goes on from them."""

    def __init__(self, path: Path | None, policy_sha256: str | None, revision: str) -> None:
        """Keep in ``path``; None: only as long as this lives.

        Raises:
            KeptError: the file holds something else.
        """
        self._path, self._sha256, self._revision = path, policy_sha256, revision
        self._kept: dict[str, Kept] = {}
        self._here: dict[Drive, dict[str, Any]] = {}
        """Where there is no file."""

    def _of(self, stage: str) -> Kept | None:
        if self._path is None:
            return None
        if stage not in self._kept:
            name = f"campaign {stage}"
            self._kept[stage] = Kept(self._path, name, self._sha256, self._revision)
        return self._kept[stage]

    def find(self, drive: Drive) -> dict[str, Any] | None:
        """Return the result of a drive that was driven before, or None."""
        kept = self._of(drive.stage)
        return self._here.get(drive) if kept is None else kept.find(drive.scenario)

    def add(self, drive: Drive, result: dict[str, Any]) -> None:
        """Keep the result of a drive that has just ended."""
        kept = self._of(drive.stage)
        if kept is None:
            self._here[drive] = result
        else:
            kept.add(drive.scenario, result)

    @property
    def revisions(self) -> set[str]:
        """Code that drove what was found or added."""
        found: set[str] = set().union(*(kept.revisions for kept in self._kept.values()))
        return found or {self._revision}


class TimeIsUp(Exception):  # noqa: N818
    """No more drives are begun: the operator gave no more time."""


Driven = list[tuple[Drive, dict[str, Any]]]
"""Drives with their results."""


def known(drives: Sequence[Drive], memory: Memory) -> Driven:
    """Return what was driven, in the order of the drives."""
    return [(drive, found) for drive in drives if (found := memory.find(drive)) is not None]


def drive_all(
    drives: Sequence[Drive], memory: Memory, workers: int, told: Callable[[Drive], None]
) -> Driven:
    """Drive what was not driven before; return what there is, in the order of the drives.

    Args:
        drives: the plan.
        memory: what was driven before; what is driven now is added.
        workers: processes.
        told: called after every drive; when it raises TimeIsUp, the others are left for later.
    """

    def done(drive: Drive, result: dict[str, Any]) -> None:
        memory.add(drive, result)
        told(drive)

    missing = [drive for drive in drives if memory.find(drive) is None]
    with suppress(TimeIsUp):
        run_all(driven, missing, workers, done)
    return known(drives, memory)
