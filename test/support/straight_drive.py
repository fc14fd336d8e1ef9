"""The classical controller, driven straight at a goal: it sees nothing and avoids nothing."""

from dataclasses import dataclass

from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.evaluation.scenario import LQR, Scenario, build
from ballbot_fusion.simulation.operator import bearing_of, distance_to
from ballbot_fusion.simulation.simulation import Simulation
from ballbot_fusion.simulation.terrain.grid import Point

SPEED = 0.5
"""m/s."""
ARRIVED_M = 0.3


@dataclass(frozen=True)
class Drive:
    """How it ended."""

    fell: bool
    touched: bool
    arrived: bool
    place: Point
    """Where it was then."""


def _command(simulation: Simulation, goal: Point) -> Vector:
    """Turn on the spot until the goal is ahead, then drive."""
    truth = simulation.ground_truth()
    error = bearing_of(truth, goal)
    return (SPEED if abs(error) < 0.2 else 0.0, 0.0, 1.5 * error)


def drive_at(terrain: str, seed: int, goal: Point, seconds: float = 30.0) -> Drive:
    """Drive until it fell, touched something, arrived, or time is up."""
    loop = build(Scenario(LQR, terrain, seed, cameras=False)).loop
    simulation = loop.plant.simulation
    loop.command = lambda _: _command(simulation, goal)
    touched = arrived = False
    x = y = 0.0
    while not (loop.log.fell or touched or arrived) and loop.plant.time_ns < seconds * 1e9:
        loop.step()
        x, y, _ = simulation.ground_truth().position
        touched = simulation.touched
        arrived = distance_to(simulation.ground_truth(), goal) < ARRIVED_M
    return Drive(loop.log.fell, touched, arrived, (x, y))
