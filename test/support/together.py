"""Closed loops of robots that share a world, without ROS: each in a thread, in step."""

from collections.abc import Sequence
from threading import Barrier, Thread
from typing import Any

from ballbot_fusion.core.command import CommandLimits
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.safety_settings import SafetySettings
from ballbot_fusion.core.samples import Sample
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.evaluation.closed_loop import ClosedLoop, SafetyDriver
from ballbot_fusion.evaluation.drivers import Driver, LqrDriver, PolicyDriver
from ballbot_fusion.simulation.plant import Plant
from ballbot_fusion.simulation.rendering.cameras import Cameras
from ballbot_fusion.simulation.rendering.rays import RayRenderer
from ballbot_fusion.simulation.simulation import Simulation
from ballbot_fusion.simulation.terrain import make_terrain
from ballbot_fusion.simulation.world import World

ROBOT, RATE_HZ = RobotConfig(), 200


class Together(Simulation):
    """One of several that advance their world when all have told their motors."""

    barrier: Barrier

    def step(self, effort: Sequence[float]) -> list[Sample]:
        """See Simulation.step; waits for the others."""
        self.apply(effort)
        self.barrier.wait()
        return self.read()


def loop_of(simulation: Simulation, policy: str) -> ClosedLoop:
    """Build the closed loop of one robot of a world; that of ``lqr`` has no cameras."""
    driver: Driver = LqrDriver(ROBOT, RATE_HZ, CommandLimits())
    cameras = None
    if policy != "lqr":
        driver = PolicyDriver(
            ROBOT, PolicyRuntime.load(policy_path(policy), ROBOT), CommandLimits()
        )
        renderer = RayRenderer(ROBOT, simulation.terrain, simulation.world.robots)
        cameras = Cameras(ROBOT, renderer, seed=simulation.seed)
    plant = Plant(simulation, cameras, RATE_HZ)
    return ClosedLoop(plant, driver, SafetyDriver(ROBOT, RATE_HZ, SafetySettings()))


def loops_together(policy: str, robots: int, seed: int) -> list[ClosedLoop]:
    """Build the closed loops of ``robots`` in one flat world."""
    terrain = make_terrain("flat", seed)
    world = World(ROBOT, terrain, robots=robots)
    barrier = Barrier(robots, world.advance, timeout=30.0)
    loops = []
    for place in range(robots):
        simulation = Together(ROBOT, terrain, seed=seed + place, world=world, place=place)
        simulation.barrier = barrier
        loops.append(loop_of(simulation, policy))
    return loops


def run_together(loops: Sequence[ClosedLoop], seconds: float) -> list[dict[str, Any]]:
    """Run all until ``seconds`` have passed since the last stand let go.

    Each summary is that of ``seconds`` since its own stand did, as a launch tells it.
    """
    found: list[dict[str, Any]] = [{} for _ in loops]
    period = Barrier(len(loops), timeout=30.0)
    threads = [
        Thread(target=_run, args=(loop, seconds, own, found, period))
        for loop, own in zip(loops, found, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def _run(
    loop: ClosedLoop, seconds: float, own: dict[str, Any], found: list[dict[str, Any]],
    period: Barrier,
) -> None:  # fmt: skip
    while not all(found):
        period.wait()  # all have looked whether all are done
        loop.step()
        released_ns = loop.log.released_ns
        over = released_ns is not None and loop.plant.time_ns - released_ns >= seconds * 1e9
        if over and not own:
            own.update(loop.summary())
        period.wait()
