"""Recordings of the closed loop without ROS: messages in wire form, as the nodes send them."""

from collections.abc import Callable, Sequence
from pathlib import Path

from geometry_msgs.msg import Twist
from rclpy.serialization import serialize_message
from std_msgs.msg import String

from ballbot_fusion.core import snapshot, trace
from ballbot_fusion.core import tick as core
from ballbot_fusion.core.command import CommandLimits
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import CommandSample, ImageSample, ImuSample, Sample, Source
from ballbot_fusion.core.sensing import Sensing
from ballbot_fusion.core.tick import Tick
from ballbot_fusion.core.tick_state import initial_state
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.evaluation.scenario import Scenario, build
from ballbot_fusion.nodes import wire_out
from ballbot_fusion.nodes.inference_settings import InferenceSettings
from ballbot_fusion.nodes.sensor_messages import image_message
from ballbot_fusion.nodes.tick_trace import contract_text
from ballbot_fusion.recording.bag_file import Message, Topic
from ballbot_fusion.recording.bag_reader import open_bag
from ballbot_fusion.recording.bag_writer import BagWriter, Limits
from ballbot_fusion.recording.cdr import readers
from ballbot_fusion.recording.copying import Change, copied

SNAPSHOT_EVERY = 100
TYPES = {
    Source.IMU: Topic("/imu/data", "sensor_msgs/msg/Imu"),
    Source.ENCODERS: Topic("/joint_states", "sensor_msgs/msg/JointState"),
    Source.MOTORS: Topic("/motor_commands", "sensor_msgs/msg/JointState"),
    Source.COMMAND: Topic("/cmd_vel", "geometry_msgs/msg/Twist"),
    Source.CAMERA_0: Topic("/camera_0/depth/image_rect_raw", "sensor_msgs/msg/Image"),
    Source.CAMERA_1: Topic("/camera_1/depth/image_rect_raw", "sensor_msgs/msg/Image"),
}
TRACE = Topic("/inference/trace", "std_msgs/msg/Float64MultiArray")
POLICY_COMMAND = Topic("/policy_command", "sensor_msgs/msg/JointState")
CONTRACT = Topic("/inference/contract", "std_msgs/msg/String")


def wired(sample: Sample) -> bytes:
    """A sample as its node sends it."""
    if isinstance(sample, ImuSample):
        return wire_out.imu_bytes(sample, sample.stamp_ns)
    if isinstance(sample, ImageSample):
        return bytes(serialize_message(image_message(sample, sample.stamp_ns)))
    if isinstance(sample, CommandSample):
        message = Twist()
        message.linear.x, message.linear.y, message.angular.z = sample.velocity
        return bytes(serialize_message(message))
    return wire_out.joint_bytes(sample, sample.stamp_ns)


class RecordingDriver:
    """The inference node and a recorder, in the closed loop's place for a driver."""

    def __init__(self, robot: RobotConfig, runtime: PolicyRuntime, put: Callable) -> None:
        self._runtime, self._put = runtime, put
        self._sensing = Sensing(runtime.spec, robot, CommandLimits())
        self._state = initial_state(0, 0)
        self._policy, self._ticks = trace.policy_number(runtime.sha256), 0
        kinds = tuple(camera.kind for camera in robot.cameras)
        self._readers = readers(kinds, stamped_command=False)
        topics = {source.name: topic.name for source, topic in TYPES.items()}
        text = contract_text(
            InferenceSettings(), robot, runtime.sha256, {**topics, "TRACE": TRACE.name}
        )
        put(Message(CONTRACT, bytes(serialize_message(String(data=text))), 0, 0))
        self._write(trace.beginning(snapshot.encode(self._state), 0, 0, self._policy))

    def _write(self, record: Sequence[float]) -> None:
        data = wire_out.float_array_bytes(record, trace.sections(record))
        now_ns = self._state.now_ns
        self._put(Message(TRACE, data, now_ns, now_ns, self._ticks + 1))

    def act(self, samples: Sequence[Sample], now_ns: int) -> tuple[Tick, tuple[float, ...]]:
        heard = []
        for sample in samples:
            data = wired(sample)
            self._put(Message(TYPES[sample.source], data, now_ns, now_ns))
            read = self._readers[sample.source](data)
            stamp_ns = sample.stamp_ns if sample.source is Source.COMMAND else read.stamp_ns
            read.__dict__["stamp_ns"] = stamp_ns
            heard.append(read.arrived(sample.arrival_ns))
        result = core.tick(self._sensing, self._state, heard, now_ns)
        self._state = result.state
        output = self._runtime.answer(result)
        self._ticks += 1
        snapped = self._ticks % SNAPSHOT_EVERY == 0
        state = snapshot.encode(result.state, self._runtime.memory) if snapped else ()
        self._write(
            trace.encode(
                self._runtime.spec, heard, result, output.action.tolist(), state,
                number=self._ticks, policy=self._policy,
            )
        )  # fmt: skip
        torques, _ = self._runtime.torques(output.action, result)
        newest = result.state.sync.channels[Source.IMU].sample
        stamp_ns = 0 if newest is None else newest.stamp_ns
        data = wire_out.effort_bytes(self._sensing.robot.joint_names, torques, stamp_ns)
        self._put(Message(POLICY_COMMAND, data, now_ns, now_ns))
        return result, torques


def record(folder: Path, scenario: Scenario, seconds: float) -> Path:
    """Drive a scenario for so long after arming, or until a fall; return the recording."""
    writer = BagWriter(folder, Limits(keep_free_bytes=0, sync=False), {"version": "test"})
    episode = build(scenario)
    runtime = PolicyRuntime.load(scenario.policy, scenario.robot)

    def put(message: Message) -> None:
        assert writer.put(message)

    episode.loop.driver = RecordingDriver(scenario.robot, runtime, put)
    episode.loop.run(seconds)
    writer.close()
    assert not writer.lost
    return folder


def rewritten(bag_folder: Path, target: Path, change: Change) -> Path:
    """Copy a recording message by message; ``change`` gets each with its place."""
    return copied(open_bag(bag_folder), target, change)


def default_scenario(**changes) -> Scenario:
    return Scenario(policy=str(policy_path("default")), seed=3, **changes)
