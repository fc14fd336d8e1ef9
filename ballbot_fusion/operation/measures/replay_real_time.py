"""Recordings at the pace of the clock: as ``replay``, and with processes that die or stand still.

Where a machine cannot keep up, messages are lost, and ticks cannot be replayed: each entry has the
run's real-time factor, and what of it was lost.
"""

from functools import partial
from pathlib import Path
from typing import Any

from ballbot_fusion.evaluation.campaign.live_words import in_words
from ballbot_fusion.evaluation.replays.cases import CASES as FAULTS
from ballbot_fusion.evaluation.replays.cases import PROCESSES
from ballbot_fusion.evaluation.results import Row, at_least
from ballbot_fusion.evaluation.scenario import Scenario
from ballbot_fusion.operation.campaign.graph_figures import log_name
from ballbot_fusion.operation.campaign.live import Live
from ballbot_fusion.operation.campaign.upset_processes import UPSETS
from ballbot_fusion.operation.client import client
from ballbot_fusion.operation.launched import START_S, Launched
from ballbot_fusion.operation.measures import replay
from ballbot_fusion.operation.measures.recorded import recorded_run, steer
from ballbot_fusion.operation.measures.setting import Setting
from ballbot_fusion.operation.parameters import write

REPEATS = 1
SECONDS = 10.0
"""From arming: a process that was killed needs some to be back."""
KILLED = ("inference killed", "inference stopped for 1 s", "safety stopped for 1 s")
"""Of UPSETS: those after which the recording goes on."""
CASES = (*FAULTS, *KILLED)


def run(setting: Setting) -> list[Row]:
    """Record and replay every case that is asked for, as often as is asked for."""
    rows = replay.all_cases(setting, _record)
    factors = [entry["real_time_factor"] for entry in setting.runs]
    return [*rows, at_least("all", "real_time_factor", factors, None)]


def _record(setting: Setting, scenario: Scenario) -> dict[str, Any]:
    case = FAULTS.get(scenario.case)
    # Who joins late lacks from the start; all else begins once somebody asks for it.
    at_start = [fault for fault in scenario.faults if fault.start_s == 0.0]
    given = [f"terrain:={scenario.terrain}"]
    if at_start:
        given.append(f"faults:={'; '.join(map(in_words, at_start))}")
    found = recorded_run(
        setting, log_name(scenario), scenario.seed, *given,
        meanwhile=partial(_upset, scenario, setting.folder),
    )  # fmt: skip
    return {"group": PROCESSES if case is None else case.group, **found}


def _upset(scenario: Scenario, folder: Path, launch: Launched) -> None:
    """Switch the faults on, or upset a process; then steer."""
    launch.says("ARMED: armed", 2.0 * START_S)
    with client(name="operator") as node:
        begin = [fault for fault in scenario.faults if fault.start_s > 0.0]
        if begin:
            write(node, "/mujoco_bridge", {"faults": "; ".join(map(in_words, begin))})
        elif scenario.case in UPSETS:
            with Live(launch, node, folder) as live:
                live.pass_time(1.0)
                UPSETS[scenario.case].do(live)
        steer(node, launch)
