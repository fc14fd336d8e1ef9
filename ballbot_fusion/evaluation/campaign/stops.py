"""The emergency stop pressed during every fault: torques at zero at once, and latched."""

from collections.abc import Sequence
from dataclasses import replace
from math import inf
from typing import Any

from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.reactions.people import STOP_WITHIN_S
from ballbot_fusion.core.tick import Tick
from ballbot_fusion.evaluation.campaign import cases
from ballbot_fusion.evaluation.campaign.short import telling
from ballbot_fusion.evaluation.closed_loop import Span
from ballbot_fusion.evaluation.fault_watch import FaultWatch, zero_from
from ballbot_fusion.evaluation.scenario import Episode, Scenario, build
from ballbot_fusion.evaluation.suites.fault_cases import CASES, START_S
from ballbot_fusion.evaluation.suites.fault_verdict import ended_otherwise
from ballbot_fusion.simulation.faults import Fault
from ballbot_fusion.simulation.policy_faults import PolicyFault
from ballbot_fusion.simulation.sensors.noise import stream

SHORT_S = 10.0
PRESSED_S = 0.1
"""How long the button is pressed, s: what is latched stays so without it."""
SHOWS_S = 0.15
"""How long all has failed before the press, s, where it lasts: four frames of a camera."""
WATCHED_S = 1.0
"""How long to watch from the press on, s: torques that come back would be seen."""
_PURPOSE = 113  # of a random stream, beside the numbers of the sensors


def pressed(scenario: Scenario) -> Span:
    """When the button is pressed in a drive: somewhere in the first second in which all fails."""
    faults: list[Fault | PolicyFault] = [*scenario.faults, *scenario.policy_faults]
    begin_s = max((fault.start_s for fault in faults), default=START_S)
    end_s = min([begin_s + 1.0, *(fault.stop_s for fault in faults)])
    first_s = begin_s + min(SHOWS_S, 0.5 * (end_s - begin_s))
    press_s = first_s + float(stream(scenario.seed, _PURPOSE).uniform()) * (end_s - first_s)
    return press_s, press_s + PRESSED_S


def _stopped(scenario: Scenario) -> Scenario:
    stop = pressed(scenario)
    return replace(scenario, stop=stop, seconds=stop[0] + WATCHED_S)


def scenarios(policy: str, seeds: Sequence[int], seconds: float) -> list[Scenario]:
    """Return all drives, seed by seed, on rough ground; all are short, whatever ``seconds``."""
    planned = cases.scenarios(policy, seeds, seconds)
    return [_stopped(scenario) for scenario in planned if scenario.terrain == "rough"]


def short(policy: str, seed: int) -> list[Scenario]:
    """Return the first kinds of reaction, on rough ground."""
    names = [case.name for case in telling(inf)]
    return [s for s in scenarios(policy, [seed], 0.0) if s.case in names]


def run(scenario: Scenario) -> dict[str, Any]:
    """Drive one; it counts when everything that was to fail had, before the button was pressed."""
    assert scenario.stop is not None
    press_s = scenario.stop[0]
    episode, watch = build(scenario), FaultWatch(scenario.robot.wheels.max_torque)
    loop, before = episode.loop, _effects(episode)

    def each(tick: Tick) -> None:
        nonlocal before
        tilt = loop.plant.simulation.ground_truth().tilt
        watch.add(tick, loop.effort, tilt, loop.log.released_ns, loop.plant.time_ns)
        if watch.moments and watch.moments[-1].seconds < press_s:
            before = _effects(episode)

    # It falls: what the motors get then is what this is about.
    loop.run(scenario.seconds, each, beyond_fall=True)
    summary = loop.summary()
    zero_s = zero_from(watch.moments)
    found = [_late(zero_s, press_s), ended_otherwise(Mode.FAULT, summary)]
    if watch.bad_commands:
        found.append(f"{watch.bad_commands} commands not finite or beyond the limit")
    breaches = [text for text in found if text]
    return {
        "case": scenario.case,
        "terrain": scenario.terrain,
        "seed": scenario.seed,
        "counted": all(before),
        "success": not breaches,
        "upright": not summary["fell"],
        "breaches": breaches,
        "zero_s": None if zero_s is None else max(zero_s - press_s, 0.0),
        "reason": loop.safety.state.reason,
        "bad_commands": watch.bad_commands,
        **summary,
    }


def _effects(episode: Episode) -> tuple[int, ...]:
    line = episode.loop.policy
    of_policy = () if line is None else line.effects
    return (*episode.loop.plant.fault_effects, *of_policy)


def _late(zero_s: float | None, press_s: float) -> str:
    if zero_s is None:
        return "the motors were driven to the end"
    late_s = zero_s - press_s
    return f"motors at zero after {late_s:.3f} s" if late_s > STOP_WITHIN_S + 1e-9 else ""


def figures(episodes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one entry per case, in the order of the table."""
    found = (_figure(name, [e for e in episodes if e["case"] == name]) for name in CASES)
    return [figure for figure in found if figure["n"]]


def _figure(case: str, episodes: Sequence[dict[str, Any]]) -> dict[str, Any]:
    counted = [entry for entry in episodes if entry["counted"]]
    zeros = [entry["zero_s"] for entry in counted if entry["zero_s"] is not None]
    kept = sum(entry["success"] for entry in counted)
    return {
        "case": case,
        "n": len(episodes),
        "counted": len(counted),
        "stopped": kept,
        "zero_s": max(zeros, default=None),
        # Drives in which nothing failed prove nothing.
        "met": 0 < kept == len(counted),
    }
