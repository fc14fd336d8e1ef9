"""Bridges of several robots over one physics, without their middleware."""

import time
from types import SimpleNamespace
from typing import Any

from ballbot_fusion.nodes.bridge_settings import BridgeSettings
from ballbot_fusion.nodes.mujoco_bridge import MujocoBridge
from ballbot_fusion.nodes.shared_world import SharedWorld
from ballbot_fusion.simulation.simulation import STEP_NS

NAMESPACES = ("/robot_1", "/robot_2")


class Robot:
    """A simulation that only counts its steps."""

    def __init__(self) -> None:
        self.time_ns, self.held = 0, True
        self.world = SimpleNamespace(advance=lambda: None)

    def reset(self, _: int) -> None:
        self.time_ns = 0

    def read(self) -> None:
        self.time_ns += STEP_NS


def bridge_in(shared: SharedWorld) -> Any:
    bridge: Any = MujocoBridge.__new__(MujocoBridge)
    nothing = lambda *_: None  # noqa: E731
    robot = Robot()
    bridge.__dict__ |= {
        "settings": BridgeSettings(), "simulation": robot, "_shared": shared, "_lockstep": None,
        "motors": SimpleNamespace(start=nothing), "faults": SimpleNamespace(restart=nothing),
        "hardware": None, "_stand": None, "_hear": nothing, "move": nothing, "_tell": robot.read,
        "settle": nothing,
    }  # fmt: skip
    return bridge


def turns(shared: SharedWorld, bridges: list[Any], count: int) -> None:
    for _ in range(count):
        shared.work(bridges)


def stamp_of_now(bridge: Any) -> int:
    return int(bridge.stamp_ns(bridge.simulation.time_ns))


def test_what_all_sense_at_once_has_one_stamp_whenever_each_began() -> None:
    """Also after time was lost that is given up, or made good, by as much as it is to each."""
    shared = SharedWorld(NAMESPACES)
    one, other = bridge_in(shared), bridge_in(shared)
    one.start()
    time.sleep(0.015)
    other.start()
    time.sleep(0.010)
    turns(shared, [one, other], 100)
    assert stamp_of_now(one) == stamp_of_now(other)
    one.reset()
    turns(shared, [one, other], 20)
    assert one.simulation.time_ns == 20 * STEP_NS
    assert stamp_of_now(one) == stamp_of_now(other)
    turns(shared, [one], 20)
    other.start()
    turns(shared, [one, other], 20)
    assert stamp_of_now(one) == stamp_of_now(other)
    assert abs(time.time_ns() - stamp_of_now(one)) < 1e9, "the system's clock"
