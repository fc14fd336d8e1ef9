"""The emergency stop's topic and heartbeat, the gamepad and the service, through the real graph."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from rclpy.node import Node
from rclpy.publisher import Publisher
from sensor_msgs.msg import JointState, Joy
from std_msgs.msg import Bool
from std_srvs.srv import Trigger

from ballbot_fusion.core.resources import share
from ballbot_fusion.nodes import qos
from ballbot_fusion.operation.client import call, client, until
from ballbot_fusion.operation.diagnostics import Diagnostics
from ballbot_fusion.operation.launched import Launched

BEAT_S = 0.1
STOP = 1
"""The gamepad's button in config/safety.yaml."""
SOON_S = 0.2
"""20 ms are promised; the test's own way there and back, on a busy machine, comes on top."""


@pytest.fixture
def demanding(ros_domain_id: int, tmp_path: Path) -> Iterator[Launched]:
    """A simulation whose owner demands a button and a gamepad; it arms by itself when it may."""
    folder = tmp_path / "config"
    shutil.copytree(share() / "config", folder)
    safety = folder / "safety.yaml"
    text = safety.read_text().replace("required: false", "required: true")
    safety.write_text(text.replace("used: false", "used: true"))
    with Launched("sim.launch.py", f"config:={folder}", log=tmp_path / "log") as launch:
        launch.says("DISARMED: not ready")
        yield launch


class Desk:
    """An operator with a button and a gamepad, whose publishers are those of any script."""

    def __init__(self, node: Node) -> None:
        self.node, self.said = node, Diagnostics(node)
        self.button: Publisher = node.create_publisher(Bool, "e_stop", 10)
        self.pad: Publisher = node.create_publisher(Joy, "joy", 10)
        self.pressed, self.buttons, self.silent = False, [0] * 8, False
        self.efforts: list[tuple[float, ...]] = []
        node.create_subscription(
            JointState, "motor_commands", lambda m: self.efforts.append(tuple(m.effort)),
            qos.COMMAND,
        )  # fmt: skip
        node.create_timer(BEAT_S, self.beat)

    def beat(self) -> None:
        """Say how button and gamepad are."""
        if not self.silent:
            self.button.publish(Bool(data=self.pressed))
            self.pad.publish(Joy(buttons=self.buttons))

    def mode(self, wanted: str, seconds: float = 30.0) -> bool:
        return self.said.await_(lambda values: values["safety"]["mode"] == wanted, seconds)

    def arm(self) -> None:
        call(self.node, Trigger, "safety/arm", Trigger.Request())

    def zero_within(self, seconds: float) -> bool:
        """Whether the motors get nothing but zeros from so long after now on."""
        self.said.pass_time(seconds)
        self.efforts.clear()
        return bool(until(self.node, lambda: len(self.efforts) > 20, 5.0)) and not any(
            any(effort) for effort in self.efforts
        )


@pytest.fixture
def desk(demanding: Launched) -> Iterator[Desk]:
    assert demanding.process.poll() is None
    with client(name="test") as node:
        yield Desk(node)


def test_without_a_heartbeat_nothing_is_armed_and_with_it_all_is(desk: Desk) -> None:
    desk.silent = True
    assert desk.mode("DISARMED")
    assert not desk.mode("ARMED", 3.0)
    assert "no heartbeat was heard yet" in desk.said.values["safety"]["reason"]
    desk.silent = False
    assert desk.mode("ARMED"), desk.said.values["safety"]
    desk.silent = True
    assert desk.mode("FAULT", 5.0)
    assert "no heartbeat for" in desk.said.values["safety"]["reason"]
    assert desk.zero_within(0.0)


@pytest.mark.parametrize("what", ["button", "gamepad", "service"])
def test_an_emergency_stop_zeroes_the_motors_and_latches(desk: Desk, what: str) -> None:
    assert desk.mode("ARMED"), desk.said.values
    began = time.monotonic()
    if what == "button":
        desk.pressed = True
        desk.beat()
    elif what == "gamepad":
        desk.buttons[STOP] = 1
        desk.beat()
    else:
        call(desk.node, Trigger, "safety/e_stop", Trigger.Request())
    assert desk.zero_within(SOON_S)
    assert time.monotonic() - began < 10.0
    assert desk.mode("FAULT", 5.0)
    assert "emergency stop" in desk.said.values["safety"]["reason"]
    desk.arm()
    if what != "service":
        assert not desk.mode("ARMED", 2.0), "it is pressed still"
        desk.pressed, desk.buttons = False, [0] * 8
        assert not desk.mode("ARMED", 2.0), "what ends it must start nothing"


def test_who_disarms_it_stays_disarmed_though_it_arms_by_itself(desk: Desk) -> None:
    assert desk.mode("ARMED"), desk.said.values
    call(desk.node, Trigger, "safety/disarm", Trigger.Request())
    assert desk.mode("DISARMED", 5.0)
    assert not desk.mode("ARMED", 2.0)
