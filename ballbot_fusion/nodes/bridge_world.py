"""Several robots in one world: the bridge of each, in one process, over one physics.

They see one another and can touch. Each has its own namespace, nodes and seed; time is everybody's.
"""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rclpy.parameter import Parameter

from ballbot_fusion.nodes.bridge_pace import Pace
from ballbot_fusion.nodes.lifecycle import IDLE_S
from ballbot_fusion.nodes.namespaces import namespaces
from ballbot_fusion.nodes.start_up import LaunchRefusedError
from ballbot_fusion.simulation.simulation import Simulation
from ballbot_fusion.simulation.terrain import make_terrain
from ballbot_fusion.simulation.world import World

if TYPE_CHECKING:
    from ballbot_fusion.nodes.mujoco_bridge import MujocoBridge

SHARED = ("terrain", "seed", "drivetrain", "lockstep", "control_rate")
"""Parameters in which all robots of a world agree, beside the robot and the play of its motors."""


def namespaces_of(arguments: Sequence[str]) -> list[str]:
    """Return the namespaces that a process was given as its arguments.

    Raises:
        LaunchRefusedError: they are none, or one is given twice.
    """
    found = [namespace for word in arguments for namespace in namespaces(word)]
    if len(set(found)) < len(found):
        raise LaunchRefusedError(
            f"the namespaces are {', '.join(found)}: each robot has one of its own. Leave out "
            "those that are given twice."
        )
    return found


class SharedWorld:
    """Builds the world with the first bridge that is configured, and advances all bridges in it."""

    def __init__(self, namespaces: Sequence[str]) -> None:
        """Have a robot in each namespace."""
        self._namespaces = namespaces
        self._bridges: list[MujocoBridge] = []
        self._agreed: dict[str, object] = {}
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

    def simulation(self, bridge: "MujocoBridge") -> Simulation:
        """Put the robot of a bridge that is being configured into the world.

        Raises:
            ValueError: a robot in it was configured for another world, or it is not this robot.
        """
        settings = bridge.settings
        own = (len(self._bridges), self._bridges.index(bridge))
        if (settings.robots, settings.place) != own:
            raise ValueError(
                f"robots and place are {settings.robots} and {settings.place}, expected {own[0]} "
                f"and {own[1]}: they follow from the namespaces that the process was started with."
            )
        agreed = {name: getattr(settings, name) for name in SHARED}
        agreed |= {"robot": bridge.robot, "motor_backlash_deg": settings.errors.motor_backlash_deg}
        world = self._world
        if world is None or not any(other.configured for other in self._bridges):
            world = self._built(bridge)
            self._world, self._agreed = world, agreed
        elif others := [name for name in agreed if agreed[name] != self._agreed[name]]:
            found = {name: "another" if name == "robot" else agreed[name] for name in others}
            theirs = {name: "one" if name == "robot" else self._agreed[name] for name in others}
            raise ValueError(
                f"found {found}, but the other robots of this world have {theirs}. Give all the "
                "same, or clean the others up first."
            )
        return self._robot(world, bridge, settings.place)

    def _built(self, bridge: "MujocoBridge") -> World:
        settings = bridge.settings
        terrain = make_terrain(settings.terrain, settings.seed)
        backlash = settings.errors.motor_backlash_deg
        world = World(bridge.robot, terrain, settings.drivetrain, backlash, settings.robots)
        for place in range(settings.robots):  # a robot whose bridge is yet to come waits on a stand
            self._robot(world, bridge, place)
        return world

    def _robot(self, world: World, bridge: "MujocoBridge", place: int) -> Simulation:
        seed, errors = bridge.settings.seed + place, bridge.settings.errors
        return Simulation(
            world.robot, world.terrain, seed=seed, settings=errors, world=world, place=place
        )

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
