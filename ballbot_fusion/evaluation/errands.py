"""Who drives on hazard courses: somebody who knows the goal, and no hazards."""

from ballbot_fusion.evaluation.scenario import Scenario, Steer
from ballbot_fusion.simulation.operator import Errand
from ballbot_fusion.simulation.terrain import COURSES
from ballbot_fusion.simulation.terrain.course import make_course

COURSE_SPEED = 0.5
"""Commanded, m/s."""


def course_operator(scenario: Scenario) -> Steer | None:
    """Return the operator of a scenario on a course; None elsewhere: its own commands hold."""
    if scenario.terrain not in COURSES:
        return None
    return Errand(make_course(scenario.terrain, scenario.seed).goal, COURSE_SPEED).command
