from dataclasses import replace

import numpy as np
import pytest

from ballbot_fusion.core.command import CommandLimits
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.operator import distance_to, toward
from ballbot_fusion.simulation.simulation import Simulation
from ballbot_fusion.simulation.terrain import COURSES, TRAINING, make_terrain
from ballbot_fusion.simulation.terrain.course import make_course
from ballbot_fusion.training.roaming import PATIENCE_S, roaming
from ballbot_fusion.training.settings import RolloutSettings

LIMITS, SEED = CommandLimits(), 1_000_003
SETTINGS = RolloutSettings(errand_share=1.0, roaming_share=0.0)


@pytest.mark.parametrize("name", [name for name in COURSES if name in TRAINING])
def test_an_errand_points_at_the_goal_of_the_course_however_long_it_takes(name: str) -> None:
    terrain = make_terrain(name, SEED)
    operator = roaming(np.random.default_rng(0), terrain, SETTINGS, LIMITS)
    assert operator is not None
    truth = Simulation(RobotConfig(), terrain, seed=SEED).ground_truth()
    speed, *rest = operator.command(truth, 5 * PATIENCE_S)
    assert [speed, *rest] == [*toward(truth, make_course(name, SEED).goal, speed)]
    assert 0.4 <= speed <= LIMITS.max_forward


def test_after_its_errand_it_goes_on_to_other_places() -> None:
    terrain = make_terrain("walls", SEED)
    operator = roaming(np.random.default_rng(0), terrain, SETTINGS, LIMITS)
    goal = make_course("walls", SEED).goal
    simulation = Simulation(RobotConfig(), terrain, seed=SEED)
    there = replace(simulation.ground_truth(), position=(*goal, 0.1))
    assert operator is not None
    assert distance_to(there, goal) == 0.0
    vx, vy, turn = operator.command(there, 1.0)
    assert abs(vx) + abs(vy) + abs(turn) > 0.05


def test_only_courses_have_errands() -> None:
    terrain = make_terrain("flat", SEED)
    assert roaming(np.random.default_rng(0), terrain, SETTINGS, LIMITS) is None
