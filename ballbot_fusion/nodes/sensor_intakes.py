"""The inference node's ears: every stream it senses, as samples."""

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from geometry_msgs.msg import Twist, TwistStamped
from rclpy.node import Node
from rclpy.qos import QoSProfile
from sensor_msgs.msg import CameraInfo, Image, Imu, JointState

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import DepthSample, Intrinsics, JointSample, Sample, Source
from ballbot_fusion.core.topic_names import image_topics, info_topic
from ballbot_fusion.nodes import qos, wire
from ballbot_fusion.nodes.conversion import color_sample, command_sample, depth_sample, intrinsics
from ballbot_fusion.nodes.intake import Intake

_IMAGE_SAMPLES = {"depth": depth_sample, "color": color_sample}

SampleT = TypeVar("SampleT", bound=Sample)


def arriving(convert: Callable[..., SampleT], **known: Any) -> Callable[[Any], SampleT]:
    """Give ``convert`` the arrival time: now, just after the message was taken.

    A sample must never seem to have arrived before it was sent, however long this process waited
    for the processor: that would look like a clock that jumped.
    """
    call = partial(convert, **known)
    return lambda message: call(message, time.monotonic_ns())


def imu_intake(node: Node, *, lockstep: bool) -> Intake[Sample]:
    """The IMU, as every node that senses it hears it."""
    stream = qos.EVERYTHING if lockstep else qos.SENSOR
    return Intake(node, Imu, "imu/data", stream, arriving(wire.imu_sample), raw=True)


def encoder_intake(node: Node, *, lockstep: bool) -> Intake[Sample]:
    """The wheels, as every node that senses them hears them."""
    stream = qos.EVERYTHING if lockstep else qos.SENSOR
    convert = arriving(wire.joint_sample, source=Source.ENCODERS)
    return Intake(node, JointState, "joint_states", stream, convert, raw=True)


def effort_intake(node: Node, topic: str, profile: QoSProfile) -> Intake[JointSample]:
    """Wheel torques that somebody asks for."""
    convert = arriving(wire.joint_sample, source=Source.MOTORS)
    return Intake(node, JointState, topic, profile, convert, raw=True)


def _stamped_command(message: TwistStamped, arrival_ns: int) -> Sample:
    return command_sample(message.twist, arrival_ns)


def _lens_intake(node: Node, topic: str, profile: QoSProfile) -> Intake[Intrinsics]:
    """The camera_info beside the images of ``topic``."""
    return Intake(node, CameraInfo, info_topic(topic), profile, intrinsics)


class SensorIntakes:
    """Subscriptions by source."""

    def __init__(
        self, node: Node, robot: RobotConfig, *, lockstep: bool, stamped_command: bool,
        cameras: Collection[int] = (0, 1),
    ) -> None:  # fmt: skip
        """Subscribe everything that inference may sense of ``robot``; never the ground truth.

        Of cameras those in ``cameras``, by number; nothing ever comes of the others.
        """
        used = {
            source: topic
            for source, topic in image_topics(robot).items()
            if source - Source.CAMERA_0 in cameras
        }
        image = qos.EVERYTHING if lockstep else qos.IMAGE
        motors = qos.EVERYTHING if lockstep else qos.COMMAND
        twist = TwistStamped if stamped_command else Twist
        command = arriving(_stamped_command if stamped_command else command_sample)
        self.by_source: dict[Source, Intake[Sample]] = {
            Source.IMU: imu_intake(node, lockstep=lockstep),
            Source.ENCODERS: encoder_intake(node, lockstep=lockstep),
            Source.MOTORS: effort_intake(node, "motor_commands", motors),
            Source.COMMAND: Intake(node, twist, "cmd_vel", qos.COMMAND, command),
        }
        for source, topic in used.items():
            kind = robot.cameras[source - Source.CAMERA_0].kind
            convert = arriving(_IMAGE_SAMPLES[kind], source=source)
            self.by_source[source] = Intake(node, Image, topic, image, convert)
        self._lenses = {
            source: _lens_intake(node, topic, image)
            for source, topic in used.items()
            if robot.cameras[source - Source.CAMERA_0].intrinsics == "camera_info"
        }
        self._known: dict[Source, Intrinsics] = {}
        self._spans: dict[Source, tuple[int, int]] = {}

    def take(self, sources: Iterable[Source]) -> list[Sample]:
        """Return what arrived from ``sources`` since the last call, in their order."""
        samples = [sample for source in sources for sample in self._taken(source)]
        for sample in samples:
            first_ns, _ = self._spans.get(sample.source, (sample.stamp_ns, 0))
            self._spans[sample.source] = first_ns, sample.stamp_ns
        return samples

    def _taken(self, source: Source) -> list[Sample]:
        """What arrived from one source; depth images with the newest intrinsics of their camera."""
        if source not in self.by_source:
            return []
        samples = self.by_source[source].take()
        if source not in self._lenses:
            return samples
        self._known.update((source, lens) for lens in self._lenses[source].take())
        lens = self._known.get(source)
        return [replace(s, intrinsics=lens) for s in samples if isinstance(s, DepthSample)]

    def received(self, source: Source) -> int:
        """Messages received so far."""
        return self.by_source[source].received if source in self.by_source else 0

    def span_ns(self, source: Source) -> int:
        """Time between the stamps of the first and the newest message."""
        first_ns, newest_ns = self._spans.get(source, (0, 0))
        return newest_ns - first_ns
