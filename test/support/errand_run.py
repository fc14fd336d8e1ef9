"""An errand in a world, for a pool of processes: it is named by its module there."""

from typing import Any

from ballbot_fusion.evaluation.scenario import Scenario, build
from ballbot_fusion.simulation.operator import Errand, distance_to
from ballbot_fusion.simulation.terrain import COURSES
from ballbot_fusion.simulation.terrain.course import make_course

SPEED = 0.5
"""Commanded, m/s."""
AHEAD = (6.0, 0.0)
"""Where to go where there is no hazard, m."""


def errand_run(scenario: Scenario) -> dict[str, Any]:
    """Drive towards a goal behind the first hazard; say what became of it."""
    terrain, seed = scenario.terrain, scenario.seed
    goal = make_course(terrain, seed).goal if terrain in COURSES else AHEAD
    errand = Errand(goal, SPEED)
    episode = build(scenario, errand.command)
    simulation = episode.loop.plant.simulation
    begin = distance_to(simulation.ground_truth(), goal)
    summary = episode.run(scenario.seconds)
    left = distance_to(simulation.ground_truth(), goal)
    arrived = errand.legs > 0
    return {"touched": simulation.touched, "arrived": arrived, "nearer": begin - left, **summary}
