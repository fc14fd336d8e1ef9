"""A drive in which the policy itself fails, and what came of it."""

from typing import Any

from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.reactions import PolicyReaction
from ballbot_fusion.core.tick import Tick
from ballbot_fusion.evaluation.fault_watch import FaultWatch, largest
from ballbot_fusion.evaluation.scenario import Scenario, build
from ballbot_fusion.evaluation.suites import fault_cases
from ballbot_fusion.evaluation.suites.policy_verdict import policy_breaches
from ballbot_fusion.evaluation.takeover_watch import TakeoverWatch, largest_step


def run(scenario: Scenario, row: PolicyReaction) -> dict[str, Any]:
    """Run one; a success does what the table says, and stays upright where it promises that.

    Detection is the takeover, counted from where the fault begins; recovery is the return of the
    policy, counted from its last answer before that was kept back or changed.
    """
    episode = build(scenario)
    loop, line = episode.loop, episode.loop.policy
    if line is None:
        raise ValueError(f"Nothing is planned to go wrong with the policy in {scenario.case!r}.")
    torque = scenario.robot.wheels.max_torque
    commands, watch = FaultWatch(torque), TakeoverWatch()

    def each(tick: Tick) -> None:
        tilt = loop.plant.simulation.ground_truth().tilt
        commands.add(tick, loop.effort, tilt, loop.log.released_ns, loop.plant.time_ns)
        watch.add(loop.safety.state, loop.log.released_ns, line.last_ns)

    summary = episode.run(scenario.seconds, each)
    released_ns = loop.log.released_ns
    last_s = None
    if line.last_ns is not None and released_ns is not None:
        last_s = (line.last_ns - released_ns) * 1e-9
    start_s = fault_cases.START_S
    found = policy_breaches(row, watch, line.effects, last_s, torque, start_s)
    if commands.bad_commands:
        found.append(f"{commands.bad_commands} commands not finite or beyond the limit")
    taken, back = watch.first(Mode.FALLBACK, start_s), watch.handed_back(start_s)
    upright = not summary["fell"]
    return {
        "case": scenario.case,
        "terrain": scenario.terrain,
        "seed": scenario.seed,
        "success": not found and (upright or row.upright is None),
        "upright": upright,
        "breaches": found,
        "effects": tuple(line.effects),
        "detection_s": None if taken is None else taken.seconds - start_s,
        "recovery_s": None if back is None or last_s is None else back.seconds - back.bad_s,
        **largest("", commands.since(start_s)),
        "largest_step": largest_step(watch.turns, start_s),
        "bad_commands": commands.bad_commands,
        **summary,
    }
