"""The doctor on a live graph: listens, asks for a stimulus, and observes what comes of it."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from rclpy.node import Node
from rclpy.qos import QoSProfile, ReliabilityPolicy
from sensor_msgs.msg import JointState
from std_msgs.msg import Float64MultiArray, String

from ballbot_fusion.core.estimator import ZERO
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import Source
from ballbot_fusion.core.topic_names import ASKS, JOINT_STATES, VELOCITIES, image_topics
from ballbot_fusion.core.velocity_loop import VelocityLoop
from ballbot_fusion.core.wheel_joints import WheelJoints
from ballbot_fusion.doctor.computer import INFERENCE, SAFETY
from ballbot_fusion.doctor.observed import (
    IMU,
    JOINTS,
    Observed,
    Processor,
    Recording,
    wanted,
)
from ballbot_fusion.doctor.stimuli import MOTORS, TORQUE_SHARE, Stimulus
from ballbot_fusion.operation.client import settled
from ballbot_fusion.operation.doctor_ears import Ears
from ballbot_fusion.operation.triggers import LATCHED
from ballbot_fusion.recording.cdr import Read, readers

SUBSCRIBED_S = 1.0
"""How long publishers may take to notice that we listen, s."""
COMMAND_S = 0.01
"""Between two commands to a motor: its watchdog must not bark."""
SPIN_S = 1.0
"""How long a motor gets its torque, s."""
STOPS_S = 2.5
"""How long wheels may go on turning before the next one, s."""
COMMAND = QoSProfile(depth=1, reliability=ReliabilityPolicy.RELIABLE)
Resolve = Callable[[str], str]
"""What the graph calls one of our topics."""


class MotorsTakenError(RuntimeError):
    """Somebody else commands the motors. The text says who, and what to do."""


class Doctor:
    """One visit to one robot."""

    def __init__(self, node: Node, robot: RobotConfig, command_type: str, resolve: Resolve) -> None:
        """Begin to listen to the drivers of ``robot``."""
        self._node, self._robot, self._command_type = node, robot, command_type
        kinds = wanted(robot, command_type)
        self._read = self._readers()
        self.observed = Observed(robot, {}, command_type)
        self._motor_topic = resolve(self.observed.motor_topic)
        topics = {name: (resolve(name), kind) for name, kind in kinds.items()}
        nodes = {resolve(name): name for name in (INFERENCE, SAFETY)}
        self._ears = Ears(node, topics, self.observed.motor_topic, nodes)
        self._asks = node.create_publisher(String, resolve(ASKS), LATCHED)
        self._motors: Any = None

    def _readers(self) -> dict[str, Read]:
        """How each topic's bytes become samples."""
        kinds = tuple(camera.kind for camera in self._robot.cameras)
        by_source = readers(kinds, stamped_command=False)
        images = {topic: source for source, topic in image_topics(self._robot).items()}
        sources = {IMU: Source.IMU, JOINTS: Source.ENCODERS, **images}
        return {name: by_source[source] for name, source in sources.items()}

    def look(self, seconds: float, policy: str) -> Observed:
        """Listen for ``seconds`` while nobody touches the robot.

        Args:
            seconds: how long.
            policy: why the policy file does not fit, if it does not.
        """
        settled(lambda: self._node.get_topic_names_and_types())
        self._ears.listen(SUBSCRIBED_S)
        self._ears.forget()
        before = _times()
        self._ears.listen(seconds)
        self.observed = replace(
            self.observed, streams=self._ears.streams(self._read), graph=self._ears.graph(),
            said=tuple(self._ears.said), policy=policy,
            processor=_processor(before, _times()),
        )  # fmt: skip
        return self.observed

    def ask(self, stimulus: Stimulus) -> Observed:
        """Ask for one thing, and listen meanwhile."""
        self._ears.drop()
        self._asks.publish(String(data=stimulus.name))
        if stimulus.name in MOTORS:
            self._spin(MOTORS.index(stimulus.name))
        else:
            self._ears.listen(stimulus.seconds)
        self._asks.publish(String(data=""))
        return self._recorded(stimulus.name)

    def _recorded(self, name: str) -> Observed:
        recording: Recording = tuple(
            sample
            for topic, read in self._read.items()
            for sample in self._ears.samples(topic, read)
        )
        moved: Mapping[str, Recording] = {**self.observed.moved, name: recording}
        self.observed = replace(self.observed, moved=moved)
        return self.observed

    # --- motors ---

    def take_motors(self) -> None:
        """Become the one who commands the motors.

        Raises:
            MotorsTakenError: somebody does already.
        """
        others = self._node.get_publishers_info_by_topic(self._motor_topic)
        if others:
            names = ", ".join(sorted({other.node_name for other in others}))
            raise MotorsTakenError(
                f"{names} publishes {self._motor_topic}; the doctor must be alone with the motors. "
                "End robot.launch.py, leave the drivers, and try again."
            )
        kind = JointState if self._command_type == JOINT_STATES else Float64MultiArray
        self._motors = self._node.create_publisher(kind, self._motor_topic, COMMAND)
        settled(lambda: self._motors.get_subscription_count())

    def _spin(self, wheel: int) -> None:
        """Wait until the wheels stand; then give one motor a little torque, and none again."""
        self._tell(0.0, wheel, STOPS_S)
        self._ears.drop()
        self._tell(TORQUE_SHARE * self._robot.wheels.max_torque, wheel, SPIN_S)
        self._tell(0.0, wheel, 10.0 * COMMAND_S)

    def _tell(self, torque: float, wheel: int, seconds: float) -> None:
        """Command one wheel [N m], the others nothing, for a while."""
        joints = WheelJoints.of(self._robot)
        a, b, c = (torque if k == wheel else 0.0 for k in range(3))
        told = joints.commanded((a, b, c))
        if self._command_type == VELOCITIES:  # of wheels that stand
            told = joints.commanded_speeds(VelocityLoop.of(self._robot).setpoints((a, b, c), ZERO))
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            message: Any = Float64MultiArray(data=told)
            if self._command_type == JOINT_STATES:
                message = JointState(name=list(joints.names), effort=list(told))
                message.header.stamp = self._node.get_clock().now().to_msg()
            self._motors.publish(message)
            self._ears.listen(COMMAND_S)


class _Times(NamedTuple):
    """What was spent so far, s."""

    all: float
    free: float
    ran: float
    """By the doctor itself."""
    waited: float
    """Of the time that the doctor wanted to run."""


def _times() -> _Times:
    """Read proc(5): stat of all cores, schedstat of this thread."""
    words = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    ticks = [int(word) / os.sysconf("SC_CLK_TCK") for word in words]
    _, nice, _, idle, waiting, *_ = ticks
    own = Path("/proc/self/schedstat")  # not every kernel counts it
    ran, waited = own.read_text().split()[:2] if own.exists() else (0, 0)
    # Whoever measures the load must not be part of it.
    free = nice + idle + waiting + time.process_time()
    return _Times(sum(ticks), free, int(ran) * 1e-9, int(waited) * 1e-9)


def _processor(before: _Times, after: _Times) -> Processor:
    spent, free, ran, waited = (a - b for a, b in zip(after, before, strict=True))
    return Processor(
        os.cpu_count() or 1, min(free / spent, 1.0) if spent > 0.0 else 1.0,
        waited / (ran + waited) if ran + waited > 0.0 else 0.0,
    )  # fmt: skip
