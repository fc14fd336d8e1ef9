"""Recordings of the whole graph in lockstep, one under each kind of fault, replayed bit for bit.

Real nodes, real middleware, real recorder; somebody steers. Each recording is replayed as it is,
without observations and actions, and with one bit of an IMU message turned.
"""

import time
from collections.abc import Callable
from typing import Any

from ballbot_fusion.evaluation.campaign.live_words import launch_arguments
from ballbot_fusion.evaluation.replays import figures
from ballbot_fusion.evaluation.replays.cases import CASES as FAULTS
from ballbot_fusion.evaluation.replays.cases import ReplayCase, later
from ballbot_fusion.evaluation.results import Row
from ballbot_fusion.evaluation.scenario import Scenario
from ballbot_fusion.operation.campaign.graph_figures import log_name
from ballbot_fusion.operation.client import client
from ballbot_fusion.operation.launched import START_S, Launched
from ballbot_fusion.operation.measures.recorded import recorded_run, steer
from ballbot_fusion.operation.measures.setting import Setting

SECONDS, REPEATS = 3.0, 1
"""From the release: a second is left in which streams come back."""
CASES = tuple(FAULTS)
TERRAIN = "rough"
ARMS_S = 0.5
"""About as long as it takes from the first tick, from which the bridge counts, to the release."""
Record = Callable[[Setting, Scenario], dict[str, Any]]
"""Launches one and says what its recording proves."""


def run(setting: Setting) -> list[Row]:
    """Record and replay every case that is asked for, as often as is asked for."""
    return all_cases(setting, _record)


def all_cases(setting: Setting, record: Record) -> list[Row]:
    """Run what was not run before, case by case; the entries go to ``setting.runs``."""
    for seed in range(setting.repeats):
        for name in setting.cases:
            scenario = _scenario(setting, name, seed)
            entry = None if setting.kept is None else setting.kept.find(scenario)
            if entry is None:
                if setting.runs and time.monotonic() > setting.until_s:
                    continue
                entry = {"case": name, "seed": seed, **record(setting, scenario)}
                if setting.kept is not None:
                    setting.kept.add(scenario, entry)
            setting.runs.append(entry)
            setting.advance()
    return figures.rows(setting.runs)


def _scenario(setting: Setting, name: str, seed: int) -> Scenario:
    case = FAULTS.get(name)
    faults = () if case is None else case.faults
    return Scenario(setting.policy, TERRAIN, seed, setting.seconds, faults=faults, case=name)


def _record(setting: Setting, scenario: Scenario) -> dict[str, Any]:
    case: ReplayCase = FAULTS[scenario.case]
    given = (
        "mode:=lockstep", f"terrain:={TERRAIN}", *launch_arguments(later(case.faults, ARMS_S))
    )  # fmt: skip
    found = recorded_run(setting, log_name(scenario), scenario.seed, *given, meanwhile=_steered)
    return {"group": case.group, **found}


def _steered(launch: Launched) -> None:
    launch.says("ARMED: armed", 2.0 * START_S)
    with client(name="operator") as node:
        steer(node, launch)
