"""Several robots in one world: the bridge of each, in one process, over one physics.

They see one another and can touch. Each has its own namespace, nodes and seed; time is everybody's.
"""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rclpy.parameter import Parameter

from ballbot_fusion.core.robot import load_robot
from ballbot_fusion.nodes.bridge_pace import Pace
from ballbot_fusion.nodes.bridge_settings import BridgeSettings
from ballbot_fusion.nodes.lifecycle import IDLE_S
from ballbot_fusion.simulation.simulation import Simulation
from ballbot_fusion.simulation.terrain import make_terrain
from ballbot_fusion.simulation.world import World

if TYPE_CHECKING:
    from ballbot_fusion.nodes.mujoco_bridge import MujocoBridge

SHARED = ("robot", "terrain", "seed", "drivetrain", "lockstep", "control_rate")
"""Parameters in which all robots of a world agree, beside the play of their motors."""


class SharedWorld:
    """Builds the world with the first bridge that is configured, and advances all bridges in it."""

    def __init__(self, namespaces: Sequence[str]) -> None:
        """Have a robot in each namespace."""
        self._namespaces = namespaces
        self._bridges: list[MujocoBridge] = []
        self._agreed: tuple[object, ...] = ()
        self._world: World | None = None
        self.pace = Pace()

    def bridges(self, make: "type[MujocoBridge]") -> "list[MujocoBridge]":
        """Make the bridge of each robot; a parameter tells it which it is."""
        count = Parameter("robots", value=len(self._namespaces))
        self._bridges = [
            make(self, namespace=name, parameter_overrides=[count, Parameter("place", value=place)])
            for place, name in enumerate(self._namespaces)
        ]
        return self._bridges

    def simulation(self, settings: BridgeSettings) -> Simulation:
        """Put the robot of these settings into the world.

        Raises:
            ValueError: a robot in it was configured for another world.
        """
        backlash = settings.errors.motor_backlash_deg
        agreed = (*(getattr(settings, name) for name in SHARED), backlash)
        world = self._world
        if world is None or agreed != self._agreed:
            if any(bridge.configured for bridge in self._bridges):
                raise ValueError(
                    f"{', '.join(SHARED)} and motor_backlash_deg are {agreed}, but the other "
                    f"robots' of this world are {self._agreed}. Give all the same, or clean the "
                    "others up first."
                )
            terrain = make_terrain(settings.terrain, settings.seed)
            robot = load_robot(settings.robot)
            world = World(robot, terrain, settings.drivetrain, backlash, settings.robots)
            self._world, self._agreed = world, agreed
        return Simulation(
            world.robot, world.terrain, seed=settings.own_seed, settings=settings.errors,
            world=world, place=settings.place,
        )  # fmt: skip

    def work(self, active: "Sequence[MujocoBridge]") -> None:
        """One turn of all robots that are active, if it is due for each of them."""
        asked = active
        if not active[0].in_lockstep:
            asked = active[:1]  # it waits for the pace of all
        elif len(active) < len(self._bridges):
            time.sleep(IDLE_S)  # all count from the first tick
            return
        due = [bridge.is_due() for bridge in asked]
        if all(due):
            for _ in zip(*(bridge.turn() for bridge in active), strict=True):
                active[0].simulation.world.advance()
        for bridge in active:
            bridge.settle()
