"""The usual way: one node, synchronised sensors, torch eager in the callback of the images.

With what its friends would give it: inference mode, one thread, the queue and slop that were found
best, raw pixels to tensors without a detour, and the same scheduling as the other contenders.
"""

import json
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from sensor_msgs.msg import Image, Imu, JointState

from ballbot_fusion.bench.live import bare
from ballbot_fusion.bench.live.approximate_time import synchronise
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.topic_names import image_topics
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.nodes import qos
from ballbot_fusion.nodes.conversion import nanoseconds
from ballbot_fusion.policies.table import build

EDGE = 64
"""Pixels of the policy's images."""
MILLIMETRES = 1000.0
REPORT_EVERY = 15
"""Commands between two looks at the ages written to the file."""


class Usual:
    """Answers every set of sensors with a motor command."""

    def __init__(self, node: Node, settings: dict[str, Any]) -> None:
        """Build the architecture of ``policy`` with fresh weights, which take as long as any."""
        torch.set_num_threads(1)
        runtime = PolicyRuntime.load(Path(settings["policy"]))
        self._spec = runtime.spec
        self._policy = build(runtime.metadata.architecture, self._spec, {}).eval()
        self._robot = RobotConfig()
        self._zeros = {key: torch.from_numpy(v)[None] for key, v in self._spec.zeros().items()}
        self._mask = torch.ones(1, len(self._spec))
        self._motors = node.create_publisher(JointState, "motor_commands", qos.COMMAND)
        self._ages: list[list[float]] = []
        self._output = Path(settings["ages"])
        images = [(Image, topic, qos.IMAGE) for topic in image_topics(self._robot).values()]
        streams = [(Imu, "imu/data", qos.SENSOR), (JointState, "joint_states", qos.SENSOR)]
        who = synchronise(
            node, [*streams, *images], settings["queue_size"], settings["slop_s"], self._answer
        )
        bare.say(f"synchronised by {who}")
        self._executor = SingleThreadedExecutor()
        self._executor.add_node(node)

    def __call__(self) -> None:
        """Serve callbacks."""
        self._executor.spin_once(timeout_sec=0.05)

    def _image(self, message: Image, camera: int) -> torch.Tensor:
        """Depth as the policy sees it, (1, 1, 64, 64)."""
        pixels = np.frombuffer(message.data, np.uint16).reshape(message.height, message.width)
        if pixels.shape != (EDGE, EDGE):
            pixels = cv2.resize(pixels, (EDGE, EDGE), interpolation=cv2.INTER_NEAREST)
        reach = MILLIMETRES * self._robot.cameras[camera].max_range
        scaled = np.minimum(pixels.astype(np.float32) / reach, 1.0)
        return torch.from_numpy(scaled)[None, None]

    def _answer(self, imu: Imu, joints: JointState, left: Image, right: Image) -> None:
        now_ns = time.time_ns()
        rate = imu.angular_velocity
        speeds = np.asarray(joints.velocity[:3], np.float32) / 10.0
        given = {
            **self._zeros,
            "angular_vel": torch.tensor([[rate.x, rate.y, rate.z]], dtype=torch.float32),
            "motor_state": torch.from_numpy(speeds)[None],
            "rgbd_0": self._image(left, 0),
            "rgbd_1": self._image(right, 1),
        }
        with torch.inference_mode():
            action, _ = self._policy(given, self._mask)
        command = JointState(name=list(self._robot.driver_names))
        command.header.stamp = imu.header.stamp
        command.effort = (action[0] * self._robot.wheels.max_torque).tolist()
        self._motors.publish(command)
        stamps = (nanoseconds(m.header.stamp) for m in (imu, joints, left, right))
        self._ages.append([(now_ns - stamp_ns) * 1e-6 for stamp_ns in stamps])
        if len(self._ages) % REPORT_EVERY == 0:
            self._output.write_text(json.dumps(self._ages), encoding="utf-8")


if __name__ == "__main__":
    bare.run("bench_usual", Usual)
