"""Every case of sensors and of the policy, through real nodes in lockstep: 3 seeds of 10 s.

Nobody steers: who publishes on cmd_vel does so at the pace of the clock, and no two runs would be
the same.
"""

from collections.abc import Mapping
from math import isfinite
from pathlib import Path
from typing import Any

from ballbot_fusion.evaluation.campaign.live_words import launch_arguments
from ballbot_fusion.evaluation.scenario import Scenario
from ballbot_fusion.evaluation.suites.fault_cases import CASES, START_S, Case
from ballbot_fusion.evaluation.suites.fault_verdict import driven_otherwise, ended_otherwise
from ballbot_fusion.operation.campaign.graph_figures import figures, log_name
from ballbot_fusion.operation.measures.setting import Setting
from ballbot_fusion.operation.measures.summaries import launched_summary

__all__ = ["figures", "run", "scenarios"]
SECONDS, SEEDS = 10.0, 3
AFTER_S = 1.0
"""How long the motors must have been at zero at the end, s."""


def _fits(case: Case) -> bool:
    """Whether the graph can do it, and it shows within SECONDS.

    The bridge sends no echo of commands, and in lockstep a command cannot be late: it is the answer
    to its tick, whenever it comes.
    """
    zero_s = [row.faults_within_s for row in case.parts if isfinite(row.faults_within_s)]
    echo = any(row.source.name == "MOTORS" for row in case.parts)
    late = case.policy is not None and case.policy.kind == "late"
    return not (echo or late) and START_S + max(zero_s, default=0.0) + AFTER_S <= SECONDS


def scenarios(policy: str, seed: int) -> list[Scenario]:
    """Return all runs, seed by seed."""
    return [
        Scenario(
            policy, "rough", number, SECONDS, faults=case.faults, policy_faults=case.policy_faults,
            case=case.name,
        )
        for number in range(seed, seed + SEEDS)
        for case in CASES.values()
        if _fits(case)
    ]  # fmt: skip


def breaches(case: Case, summary: Mapping[str, Any]) -> list[str]:
    """Return everything in which a run departs from what the table promises, in words.

    Every fault must have spoilt something: a run in which nothing failed proves nothing.
    """
    spoilt: Mapping[str, int] = summary["faults_spoilt"]
    found = [f"{words} spoilt nothing" for words, count in spoilt.items() if not count]
    planned = len(case.faults) + len(case.policy_faults)
    if len(spoilt) != planned:
        found.append(f"the summary tells of {len(spoilt)} faults, planned are {planned}")
    if summary["fell"] and case.upright is not None:
        found.append("fell")
    found.append(driven_otherwise(case, summary))
    if case.ends is not None:
        found.append(ended_otherwise(case.ends, summary))
    return [text for text in found if text]


def run(scenario: Scenario, folder: Path) -> dict[str, Any]:
    """Launch one; it is kept when nothing departs from the table."""
    case = CASES[scenario.case]
    setting = Setting(scenario.seconds, 1, scenario.policy, folder, lambda: None)
    given = (
        "mode:=lockstep", f"terrain:={scenario.terrain}", f"seed:={scenario.seed}",
        *launch_arguments(scenario.faults, scenario.policy_faults),
    )  # fmt: skip
    summary = launched_summary(setting, log_name(scenario), scenario.seconds, *given)
    found = breaches(case, summary)
    return {
        "case": scenario.case,
        "seed": scenario.seed,
        "counted": True,
        "upright": not summary["fell"],
        "kept": not found,
        "breaches": found,
        "spoilt": summary["faults_spoilt"],
        "takeover_s": None,
        "tilt_deg": summary["max_tilt_deg"],
        "trajectory_sha256": summary["trajectory_sha256"],
    }
