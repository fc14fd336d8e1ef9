from math import cos, pi, sin

import pytest

from ballbot_fusion.evaluation.free_speed import EVERY_TICKS, FreeSpeed
from ballbot_fusion.simulation.simulation import GroundTruth
from ballbot_fusion.simulation.terrain import Box, Terrain

WALL = Terrain("wall", 0, obstacles=(Box((1.5, 0.0, 0.5), (0.1, 3.0, 0.5)),))


def going(vx: float, vy: float, yaw: float = 0.0) -> GroundTruth:
    facing = (0.0, 0.0, sin(yaw / 2), cos(yaw / 2))
    return GroundTruth((0.0, 0.0, 0.12), facing, (vx, vy, 0.0), (0.0, 0.0, 0.0))


def found(truth: GroundTruth, commanded: float = 0.5) -> float | None:
    speed = FreeSpeed(WALL, 0.5)
    for _ in range(EVERY_TICKS):
        speed.add(truth, commanded)
    return speed.mean


def test_speed_towards_a_wall_does_not_count() -> None:
    assert found(going(0.4, 0.0)) is None


def test_speed_along_a_wall_counts_wherever_it_faces() -> None:
    assert found(going(0.0, 0.3)) == pytest.approx(0.3)


def test_standing_with_the_way_free_counts_as_nothing() -> None:
    assert found(going(0.0, 0.0, pi / 2)) == 0.0
    assert found(going(0.0, 0.0)) is None


def test_slow_commands_do_not_count() -> None:
    assert found(going(0.0, 0.3), commanded=0.3) is None
