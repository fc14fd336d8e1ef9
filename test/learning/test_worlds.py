"""Teacher in every world, default policy in some: upright, untouched, and getting on."""

import pytest

from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.evaluation.scenario import TEACHER, Scenario, build
from ballbot_fusion.simulation.operator import Errand, distance_to
from ballbot_fusion.simulation.terrain import COURSES, TERRAINS
from ballbot_fusion.simulation.terrain.course import make_course
from ballbot_fusion.simulation.terrain.seeds import HELD_OUT_SEEDS

SECONDS = 15.0
SPEED = 0.5
GETS_ON_M = 3.0
"""The first hazard lies within this of the start, straight on the way."""
SEED = HELD_OUT_SEEDS.start + 900
AHEAD = (6.0, 0.0)
"""Where to go where there is no hazard, m."""


def drives_well(policy: str, terrain: str) -> None:
    """Drive towards a goal behind the first hazard; check what became of it."""
    goal = make_course(terrain, SEED).goal if terrain in COURSES else AHEAD
    errand = Errand(goal, SPEED)
    episode = build(Scenario(policy, terrain, SEED), errand.command)
    simulation = episode.loop.plant.simulation
    begin = distance_to(simulation.ground_truth(), goal)
    summary = episode.run(SECONDS)
    assert not summary["fell"]
    assert not simulation.touched
    assert summary["policy_share"] == 1.0
    left = distance_to(simulation.ground_truth(), goal)
    assert errand.legs > 0 or begin - left > GETS_ON_M


@pytest.mark.parametrize("terrain", TERRAINS)
def test_the_teacher_solves_each_world(terrain: str) -> None:
    drives_well(TEACHER, terrain)


@pytest.mark.parametrize("terrain", ["rough", "edges", "walls"])
def test_the_default_policy_drives_where_sight_is_needed(terrain: str) -> None:
    drives_well(str(policy_path("default")), terrain)
