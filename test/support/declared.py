"""What every node declares in the graph, and what people and drivers need beside it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import rclpy
from rclpy.parameter import Parameter
from rclpy.signals import SignalHandlerOptions
from std_msgs.msg import Float64MultiArray

from ballbot_fusion.core.spec import INSTRUCTION, ObservationSpec
from ballbot_fusion.nodes.camera_bridge import CameraBridge
from ballbot_fusion.nodes.inference_node import InferenceNode
from ballbot_fusion.nodes.monitor import Monitor
from ballbot_fusion.nodes.mujoco_bridge import MujocoBridge
from ballbot_fusion.nodes.recorder import Recorder
from ballbot_fusion.nodes.safety_node import SafetyNode

Access = dict[str, set[str]]
"""Names by what a node does with them."""
NODES = (SafetyNode, InferenceNode, MujocoBridge, CameraBridge, Monitor, Recorder)
ASK = {"publish": "publisher", "subscribe": "subscriber", "reply": "service", "request": "client"}
KNOWN_S = 10.0
TF = {"/tf", "/tf_static"}
"""Said by inference where tf2_msgs is installed: allowed, so that the policy is the same here."""
OWNERS = str(Path(__file__).parents[2] / "config" / "hardware" / "robot.yaml")
CHOSEN = {
    CameraBridge: Parameter("renderer", value="rays"),
    SafetyNode: Parameter("command_type", value="float64_multi_array"),
    InferenceNode: Parameter("robot", value=OWNERS),
    Recorder: Parameter("directory", value="/nowhere"),
}
"""Parameters by which a node declares all that it may need."""
CAMERA_TOPICS = ("depth/image_rect_raw", "depth/camera_info")
DRIVERS: Access = {
    "publish": {"/imu/data", "/joint_states"}
    | {f"/camera_{number}/{topic}" for number in (0, 1) for topic in CAMERA_TOPICS},
    "subscribe": {"/motor_commands", "/motor_array", "/motor_velocities", "/safety/state"},
}
"""The robot's own drivers, in place of the simulation's."""
OPERATOR: Access = {
    "publish": {"/cmd_vel", "/e_stop", "/instruction"},
    "subscribe": {"/diagnostics", "/safety/state", "/odom", "/robot_description"} | TF,
    "request": {"/safety/arm", "/safety/disarm", "/safety/e_stop", "/inference/load_policy"}
    | {f"/{n}/{verb}_parameters" for n in ("safety", "inference") for verb in ("get", "set")}
    | {f"/{n}/list_parameters" for n in ("safety", "inference")},
}
"""`ballbot drive`, `arm`, `estop`, `param` and the like."""


@contextmanager
def configured() -> Iterator[list[Any]]:
    """All nodes as in a launch in real time, and inference with a policy that takes words."""
    # Names a folder, which only whoever starts the process may do.
    given = ["--ros-args", "-p", "recorder:directory:=/nowhere"]
    rclpy.init(args=given, signal_handler_options=SignalHandlerOptions.NO)
    made = []
    try:
        for kind in NODES:
            node = kind()
            made.append(node)
            if kind in CHOSEN:
                node.set_parameters([CHOSEN[kind]])
            node.trigger_configure()
            assert node.configured, node.failure
        # The other command_type of arrays.
        made[0].create_publisher(Float64MultiArray, "motor_velocities", 1)
        made[1].instructions.listen(ObservationSpec.of([INSTRUCTION]))
        made[5].ask_for_trace()  # as it does once it hears everybody
        yield made
    finally:
        for node in made:
            node.destroy_node()
        rclpy.try_shutdown()


def access_of(node: Any) -> Access:
    """Topics and services of a node, as the graph knows them; it may take a moment to know."""
    made = {entry.topic_name for entry in (*node.publishers, *node.subscriptions)}
    end = time.monotonic() + KNOWN_S
    while True:
        found = _known(node)
        if isinstance(node, InferenceNode):
            found["publish"] |= TF
        if made <= found["publish"] | found["subscribe"] or time.monotonic() > end:
            return found
        time.sleep(0.05)


def _known(node: Any) -> Access:
    found = {}
    for role, kind in ASK.items():
        ask = getattr(node, f"get_{kind}_names_and_types_by_node")
        found[role] = {entry for entry, _ in ask(node.get_name(), node.get_namespace())}
    return found
