"""Sensors: every one missing, frozen, late, jittery or noisy, and cameras lost for good.

On open ground the robot is driving at 0.4 m/s when it happens, 3 s in; an episode lasts 10 s at
most. On courses (pits, walls, ...) it drives at 0.5 m/s to a goal behind a hazard when one camera,
or both, are lost for good, some time between 3 and 8 s; it lasts 30 s at most.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ballbot_fusion.core.tick import Tick
from ballbot_fusion.evaluation.errands import COURSE_SPEED, course_operator
from ballbot_fusion.evaluation.free_speed import FreeSpeed
from ballbot_fusion.evaluation.results import Row, at_least, share
from ballbot_fusion.evaluation.scenario import Scenario, build
from ballbot_fusion.evaluation.script import Order
from ballbot_fusion.evaluation.stopping import Stopping
from ballbot_fusion.evaluation.suites import outages
from ballbot_fusion.simulation.sensors.noise import stream
from ballbot_fusion.simulation.terrain import COURSES
from ballbot_fusion.simulation.terrain.course import make_course

TERRAINS_BY_DEFAULT = ("flat", "rough", *COURSES)
"""Where it runs unless told otherwise."""
OPEN_S, COURSE_S = 10.0, 30.0
SPEED = 0.4
"""Commanded on open ground, m/s."""
UPRIGHT_GOALS = {outages.ENCODERS_MISSING: 0.99, outages.ALL_LATE: 0.95}
"""Least share of episodes without a fall, on any ground."""
CAMERA_GOALS = {"flat": 1.0, "rough": 0.99}
"""Least share of episodes without a fall, over all states of the cameras."""
ONE_CAMERA_SPEED_GOAL = 0.15
"""Least speed with one camera, m/s, where the path is free."""
SLOWED_S = 2.0
"""Its speed counts from so long after the loss."""
COURSE_GOAL = 0.95
"""Least share: one lost, neither fall nor contact; both lost, stopped and balancing."""
_PURPOSE = 106  # of a random stream, beside the numbers of the sensors


def _on_open_ground(base: Scenario) -> list[Scenario]:
    orders = (Order(0.0, (SPEED, 0.0, 0.0)),)
    return [
        replace(base, case=case.name, faults=case.faults, orders=orders)
        for case in (*outages.passing_cases(), *outages.lasting_cases())
    ]


def _on_course(base: Scenario) -> list[Scenario]:
    """Which camera, how and when depend on the seed: all come up over a few seeds."""
    start_s = float(stream(base.seed, _PURPOSE).uniform(3.0, 8.0))
    kind = outages.LOSSES[base.seed % 3]
    one = (outages.CAMERAS[base.seed // 3 % 2],)
    return [
        replace(base, case=name, faults=outages.lost(kind, cameras, start_s))
        for name, cameras in ((outages.ONE_LOST, one), (outages.BOTH_LOST, outages.CAMERAS))
    ]


def scenarios(
    policy: str, terrains: Sequence[str], seeds: Sequence[int], seconds: float
) -> list[Scenario]:
    """One scenario per terrain, case and seed."""
    found = []
    for terrain in terrains:
        for seed in seeds:
            base = Scenario(policy, terrain, seed)
            if terrain in COURSES:
                found += _on_course(replace(base, seconds=min(seconds, COURSE_S)))
            else:
                found += _on_open_ground(replace(base, seconds=min(seconds, OPEN_S)))
    return found


def _free_speed(scenario: Scenario) -> FreeSpeed | None:
    if scenario.case != outages.ONE_LOST:
        return None
    return FreeSpeed(make_course(scenario.terrain, scenario.seed).terrain, COURSE_SPEED)


def run(scenario: Scenario) -> dict[str, Any]:
    """Run one; a success neither falls nor touches, with the policy driving all the time."""
    episode = build(scenario, course_operator(scenario))
    plant, log = episode.loop.plant, episode.loop.log
    lost_s = scenario.faults[0].start_s
    stopping, speed = Stopping(lost_s), _free_speed(scenario)

    def each(tick: Tick) -> None:
        if log.released_ns is None:
            return
        seconds, truth = (plant.time_ns - log.released_ns) * 1e-9, plant.simulation.ground_truth()
        stopping.add(truth, seconds)
        if speed is not None and seconds >= lost_s + SLOWED_S:
            speed.add(truth, tick.state.command[0])

    summary = episode.run(scenario.seconds, each)
    safe = not (summary["fell"] or plant.simulation.touched)
    return {
        "case": scenario.case,
        "terrain": scenario.terrain,
        "seed": scenario.seed,
        "kind": scenario.faults[0].kind,
        "success": safe and summary["policy_share"] == 1.0,
        "stopped": safe and stopping.stopped,
        "speed_before": stopping.speed_before,
        "free_speed": None if speed is None else speed.mean,
        **summary,
    }


def _stops(name: str, episodes: Sequence[dict[str, Any]], goal: float | None) -> Row:
    """Share of those that stopped and balanced to the end, the policy driving all the time."""
    good = [entry["stopped"] and entry["success"] for entry in episodes]
    return share(name, "stopped_and_balanced", good, goal)


def _open_rows(terrain: str, episodes: Sequence[dict[str, Any]]) -> list[Row]:
    cameras = [e["success"] for e in episodes if outages.is_of_cameras(e["case"])]
    found = []
    if cameras:
        goal = CAMERA_GOALS.get(terrain)
        found.append(share(f"{terrain}, {outages.ANY_CAMERA_STATE}", "upright", cameras, goal))
    for case in dict.fromkeys(entry["case"] for entry in episodes):
        here = [entry for entry in episodes if entry["case"] == case]
        name, goal = f"{terrain}, {case}", UPRIGHT_GOALS.get(case)
        found.append(share(name, "upright", [entry["success"] for entry in here], goal))
        if case == outages.BOTH_LOST:
            found.append(_stops(name, here, None))
    return found


def _course_rows(episodes: Sequence[dict[str, Any]]) -> list[Row]:
    """Over all courses, then by how the cameras were lost, then by course."""
    found = []
    for case in (outages.ONE_LOST, outages.BOTH_LOST):
        here = [entry for entry in episodes if entry["case"] == case]
        if not here:
            continue
        found.append(_course_row(f"courses, {case}", case, here, COURSE_GOAL))
        speeds = [entry["free_speed"] for entry in here if entry["free_speed"] is not None]
        if case == outages.ONE_LOST and speeds:
            found.append(at_least(f"courses, {case}", "free_speed", speeds, ONE_CAMERA_SPEED_GOAL))
        for key in ("kind", "terrain"):
            for value in dict.fromkeys(entry[key] for entry in here):
                part = [entry for entry in here if entry[key] == value]
                found.append(_course_row(f"courses, {case}: {value}", case, part, None))
    return found


def _course_row(
    name: str, case: str, episodes: Sequence[dict[str, Any]], goal: float | None
) -> Row:
    if case == outages.BOTH_LOST:
        return _stops(name, episodes, goal)
    return share(name, "no_fall_no_contact", [entry["success"] for entry in episodes], goal)


def rows(episodes: Sequence[dict[str, Any]]) -> list[Row]:
    """Survival by ground and case; on courses, over all of them."""
    found = []
    for terrain in dict.fromkeys(entry["terrain"] for entry in episodes):
        if terrain not in COURSES:
            here = [entry for entry in episodes if entry["terrain"] == terrain]
            found += _open_rows(terrain, here)
    return found + _course_rows([e for e in episodes if e["terrain"] in COURSES])
