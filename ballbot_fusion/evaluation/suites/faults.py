"""Faults: every row of the table of faults while driving at 0.4 m/s, held to what it promises.

Those of sensors, and those of the policy itself (policy_drive.py). Faults that last for ever are
watched for `--seconds`; drives with others end 3 s after the fault. Every drive with a faulty
sensor is compared with one of the same seed in which nothing fails.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from ballbot_fusion.core.tick import Tick
from ballbot_fusion.evaluation.errands import course_operator
from ballbot_fusion.evaluation.fault_watch import FaultWatch, Moment, differing, during, largest
from ballbot_fusion.evaluation.results import Row, at_most, share
from ballbot_fusion.evaluation.scenario import Scenario, build
from ballbot_fusion.evaluation.script import Order
from ballbot_fusion.evaluation.suites import policy_drive
from ballbot_fusion.evaluation.suites.fault_cases import CASES, HEALTHY, Case, begin_s
from ballbot_fusion.evaluation.suites.fault_verdict import breaches

TERRAINS_BY_DEFAULT = ("flat", "rough")
"""Where it runs unless told otherwise."""
VELOCITY = (0.4, 0.0, 0.3)
"""Commanded vx, vy [m/s], yaw rate [rad/s]: round and round, for grounds end."""
ROUGH_UPRIGHT = 0.99
"""Least share of drives that stay upright where at most cameras fail and the ground is not flat."""
CONTROLS_S = (4.0, 8.5)
"""Lengths of the healthy drives that all but the long ones are compared with, s."""
FIGURES = ("detection_s", "recovery_s", "tilt_since_deg", "command_since")
"""When the first stream was masked, how long after the fault one still was, and the largest tilt
and torque [N m] from the beginning of the fault on."""


def scenarios(
    policy: str, terrains: Sequence[str], seeds: Sequence[int], seconds: float
) -> list[Scenario]:
    """One scenario per terrain, seed and case: those with one healthy drive follow each other."""
    base = Scenario(policy, orders=(Order(0.0, VELOCITY),))
    return [
        replace(
            base, terrain=terrain, seed=seed, seconds=case.seconds(seconds), case=case.name,
            faults=case.faults, policy_faults=case.policy_faults,
        )
        for terrain in terrains
        for seed in seeds
        for case in CASES.values()
    ]  # fmt: skip


def _driven(scenario: Scenario) -> tuple[FaultWatch, dict[str, Any], tuple[int, ...]]:
    """Drive; return what was seen, the figures, and what each fault spoilt."""
    episode = build(scenario, course_operator(scenario))
    loop, watch = episode.loop, FaultWatch(scenario.robot.wheels.max_torque)

    def each(tick: Tick) -> None:
        tilt = loop.plant.simulation.ground_truth().tilt
        watch.add(tick, loop.effort, tilt, loop.log.released_ns)

    summary = episode.run(scenario.seconds, each)
    summary["touched"] = loop.plant.simulation.touched
    return watch, summary, loop.plant.fault_effects


@lru_cache(maxsize=4)
def _healthy(scenario: Scenario) -> tuple[Moment, ...]:
    return tuple(_driven(scenario)[0].moments)


def _control(scenario: Scenario) -> tuple[Moment, ...]:
    """The same drive without faults."""
    long_enough = (length_s for length_s in CONTROLS_S if length_s >= scenario.seconds)
    seconds = min(long_enough, default=scenario.seconds)
    return _healthy(replace(scenario, faults=(), case="", seconds=seconds))


def _present(scenario: Scenario, case: Case) -> Case:
    """The case without streams that this drive does not have: a blind one has no cameras."""
    if scenario.cameras:
        return case
    kept = (row for row in case.parts if not Case(row.name, (row,), None).of_cameras)
    return replace(case, parts=tuple(kept))


def _recovery_s(case: Case, moments: Sequence[Moment], off: Sequence[float]) -> float | None:
    """How long after the end of the last fault something was still masked, s."""
    stop_s = max((fault.stop_s for fault in case.faults), default=0.0)
    if not off or not moments or moments[-1].seconds <= stop_s:
        return None
    return max(off[-1] - stop_s, 0.0)


def run(scenario: Scenario) -> dict[str, Any]:
    """Run one; a success does what the table says, and stays upright where it promises that."""
    case = _present(scenario, CASES[scenario.case])
    if case.policy is not None:
        return policy_drive.run(scenario, case.policy)
    watch, summary, effects = _driven(replace(scenario, faults=case.faults))
    period_s = 1.0
    if len(watch.moments) > 1:
        period_s = watch.moments[1].seconds - watch.moments[0].seconds
    control = _control(scenario) if case.parts else watch.moments
    off = differing(watch.moments, control)
    start_s = min(map(begin_s, case.parts), default=0.0)
    since = watch.since(start_s)
    found = breaches(case, watch, summary, effects, period_s)
    upright = not summary["fell"]
    return {
        "case": scenario.case,
        "terrain": scenario.terrain,
        "seed": scenario.seed,
        "success": not found and (upright or case.upright is None),
        "upright": upright,
        "breaches": found,
        "effects": effects,
        "detection_s": off[0] - start_s if off else None,
        "recovery_s": _recovery_s(case, watch.moments, off),
        **largest("", since),
        **largest("control_", during(control, start_s, watch.moments)),
        "bad_commands": watch.bad_commands,
        **summary,
    }


def upright_goal(case: Case, terrain: str) -> float | None:
    """Least share of upright drives on a terrain; None: none is promised."""
    if case.upright is None or not case.of_cameras or terrain == "flat":
        return case.upright
    return min(case.upright, ROUGH_UPRIGHT)


def _case_rows(terrain: str, case: Case, episodes: Sequence[dict[str, Any]]) -> list[Row]:
    name = f"{terrain}, {case.name}"
    goal = upright_goal(case, terrain)
    found = [share(name, "upright", [entry["upright"] for entry in episodes], goal)]
    if case.name != HEALTHY:
        kept = [not entry["breaches"] for entry in episodes]
        found.append(share(name, "as_documented", kept, 1.0))
    for metric in FIGURES:
        values = [entry[metric] for entry in episodes if entry[metric] is not None]
        if values:
            found.append(at_most(name, metric, values, None))
    return found


def rows(episodes: Sequence[dict[str, Any]]) -> list[Row]:
    """What reached the motors, by ground; then survival, promises and figures by case."""
    found = []
    for terrain in dict.fromkeys(entry["terrain"] for entry in episodes):
        here = [entry for entry in episodes if entry["terrain"] == terrain]
        sound = [entry["bad_commands"] == 0 for entry in here]
        found.append(share(f"{terrain}, all cases", "commands_within_limits", sound, 1.0))
        for name in dict.fromkeys(entry["case"] for entry in here):
            own = [entry for entry in here if entry["case"] == name]
            found += _case_rows(terrain, CASES[name], own)
    return found
