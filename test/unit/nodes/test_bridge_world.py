"""Bridges of several robots over one physics, without their middleware."""

import time
from types import SimpleNamespace
from typing import Any

import pytest

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.nodes.bridge_settings import BridgeSettings
from ballbot_fusion.nodes.bridge_world import SharedWorld
from ballbot_fusion.nodes.mujoco_bridge import MujocoBridge, main
from ballbot_fusion.simulation.simulation import STEP_NS, Simulation

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


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["/robot_1", "--lockstep"], "namespace is '--lockstep', expected names of letters"),
        (["1st"], "namespace is '1st'"),
        (["/robot_1", "robot_1/"], "/robot_1, /robot_1: each robot has one of its own"),
    ],
)
def test_arguments_that_are_no_namespaces_are_refused_in_words(
    arguments: list[str], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["mujoco_bridge", *arguments, "--ros-args", "-p", "seed:=1"])
    with pytest.raises(SystemExit, match=why):
        main()


# --- configured one after another ---


def to_configure() -> tuple[SharedWorld, list[Any]]:
    """A world, and bridges in it of which none is configured."""
    shared = SharedWorld(NAMESPACES)
    make: Any = lambda *_, **__: SimpleNamespace(configured=False, robot=RobotConfig())  # noqa: E731
    return shared, list(shared.bridges(make))


def configured(shared: SharedWorld, bridge: Any, place: int, **settings: Any) -> Simulation:
    given = {"robots": len(NAMESPACES), "place": place, "terrain": "rough", **settings}
    bridge.settings = BridgeSettings.model_validate(given)
    simulation = shared.simulation(bridge)
    bridge.configured = True
    return simulation


def test_robots_that_agree_share_a_world_and_are_no_twins() -> None:
    shared, bridges = to_configure()
    one, other = (configured(shared, bridge, place) for place, bridge in enumerate(bridges))
    assert one.world is other.world
    assert (one.seed, other.seed) == (0, 1)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"seed": 1}, "{'seed': 1}, .*{'seed': 0}"),
        ({"terrain": "flat", "control_rate": 100}, "'flat', 'control_rate': 100}.*'rough'"),
        ({"errors": {"motor_backlash_deg": 1.0}, "drivetrain": "rollers"}, "backlash_deg': 1.0"),
    ],
)
def test_one_that_is_configured_for_another_world_is_refused(
    settings: dict[str, Any], named: str
) -> None:
    shared, (one, other) = to_configure()
    configured(shared, one, 0)
    with pytest.raises(ValueError, match=f"(?s)found.*{named}"):
        configured(shared, other, 1, **settings)
    one.configured = False
    assert configured(shared, other, 1, **settings).world.robots == 2


def test_a_robot_file_that_was_changed_is_read_when_all_were_cleaned_up() -> None:
    shared, (one, other) = to_configure()
    before = configured(shared, one, 0)
    other.robot = RobotConfig(name="heavier")
    with pytest.raises(ValueError, match="'robot': 'another'"):
        configured(shared, other, 1)
    one.configured = False
    after = configured(shared, other, 1)
    assert after.world is not before.world
    assert after.world.robot.name == "heavier"


@pytest.mark.parametrize(("robots", "place"), [(2, 0), (3, 1), (3, 2), (1, 0)])
def test_nobody_tells_a_bridge_later_that_it_is_another_robot(robots: int, place: int) -> None:
    """Two bridges would move one robot."""
    shared, (one, other) = to_configure()
    configured(shared, one, 0)
    with pytest.raises(ValueError, match="expected 2 and 1: they follow from the namespaces"):
        configured(shared, other, place, robots=robots)


def test_one_whose_bridge_is_yet_to_come_is_on_its_stand_not_in_the_ground() -> None:
    shared, (one, _) = to_configure()
    simulation = configured(shared, one, 0)
    for _ in range(50):
        simulation.apply((0.0, 0.0, 0.0))
        simulation.world.advance()
    assert simulation.data.ncon == 0
