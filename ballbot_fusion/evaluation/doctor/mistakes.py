"""What people get wrong when they describe, wire or mount a robot; drawn at random."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from math import pi

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import DepthSample, ImuSample, JointSample, Sample
from ballbot_fusion.core.spec import DEPLOYED_KEYS, ObservationSpec
from ballbot_fusion.core.topic_names import image_topics, info_topic
from ballbot_fusion.deployment.contract import check_robot
from ballbot_fusion.deployment.policy_file import PolicyFileError, PolicyMetadata
from ballbot_fusion.doctor.inertial import mount
from ballbot_fusion.doctor.observed import IMU, JOINTS, Observed, Processor

Random = np.random.Generator
Floats = NDArray[np.float64]


def _same_robot(robot: RobotConfig) -> RobotConfig:
    return robot


def _same(observed: Observed) -> Observed:
    return observed


@dataclass(frozen=True)
class Planted:
    """One mistake: what is done, what of the robot it touches, and what the doctor must name."""

    name: str
    words: str
    parameters: frozenset[str]
    """Any of them is right."""
    touches: frozenset[str]
    """Streams, or ``computer``: of two mistakes that touch the same, one may hide the other."""
    hidden: Callable[[RobotConfig], RobotConfig] = field(default=_same_robot)
    """What is done to the robot."""
    seen: Callable[[Observed], Observed] = field(default=_same)
    """What is done to what it sends."""


def _planted(name: str, words: str, parameter: str, touches: set[str], **how: object) -> Planted:
    return Planted(name, words, frozenset({parameter}), frozenset(touches), **how)  # type: ignore[arg-type]


def _with_stream(observed: Observed, name: str, **changes: object) -> Observed:
    streams = {**observed.streams, name: replace(observed.streams[name], **changes)}  # type: ignore[arg-type]
    return replace(observed, streams=streams)


def _with_samples(observed: Observed, change: Callable[[Sample], Sample]) -> Observed:
    """Change every sample, at rest and moved."""
    streams = {
        name: replace(stream, samples=tuple(map(change, stream.samples)))
        for name, stream in observed.streams.items()
    }
    moved = {name: tuple(map(change, found)) for name, found in observed.moved.items()}
    return replace(observed, streams=streams, moved=moved)


def _sensor(random: Random, owner: RobotConfig) -> str:
    return str(random.choice([IMU, JOINTS, *image_topics(owner).values()]))


def _key(topic: str, field_name: str) -> str:
    part = {IMU: "imu", JOINTS: "encoders"}.get(topic, f"cameras[{topic[7]}]")
    return f"{part}.{field_name}"


_SILENT: dict[str, object] = {
    "stamps_ns": (),
    "arrivals_ns": (),
    "frame_ids": frozenset(),
    "samples": (),
}


def topic_missing(random: Random, owner: RobotConfig) -> Planted:
    """A topic is called otherwise, or its driver does not run."""
    names = [IMU, JOINTS, *image_topics(owner).values(), "motor_array"]
    names += [info_topic(topic) for topic in image_topics(owner).values()]
    name = str(random.choice(names))

    def seen(observed: Observed) -> Observed:
        motors = name == "motor_array"
        ends: dict[str, object] = {"subscriptions": ()} if motors else {"publishers": ()}
        observed = _with_stream(observed, name, **ends, **_SILENT)
        return replace(observed, moved=_unmoved(observed, name))

    return _planted("topic missing", name, f"topics: {name}", {name}, seen=seen)


def _unmoved(observed: Observed, name: str) -> Mapping[str, tuple[Sample, ...]]:
    """Recordings without what a missing topic would have brought."""
    kinds: dict[str, type[Sample]] = {IMU: ImuSample, JOINTS: JointSample}
    sources = {topic: source for source, topic in image_topics(observed.robot).items()}

    def gone(sample: Sample) -> bool:
        if name in kinds:
            return isinstance(sample, kinds[name])
        return sample.source is sources.get(name)

    return {key: tuple(s for s in found if not gone(s)) for key, found in observed.moved.items()}


def wrong_type(random: Random, owner: RobotConfig) -> Planted:
    """A driver sends, or takes, messages of another type."""
    others = {
        IMU: "geometry_msgs/msg/Vector3Stamped", JOINTS: "control_msgs/msg/DynamicJointState",
        "motor_array": "sensor_msgs/msg/JointState",
        **dict.fromkeys(image_topics(owner).values(), "sensor_msgs/msg/CompressedImage"),
    }  # fmt: skip
    name = str(random.choice(list(others)))

    def seen(observed: Observed) -> Observed:
        stream, motors = observed.streams[name], name == "motor_array"
        ends = stream.subscriptions if motors else stream.publishers
        changed = tuple(end._replace(type=others[name]) for end in ends)
        key = "subscriptions" if motors else "publishers"
        observed = _with_stream(observed, name, **{key: changed}, **_SILENT)  # type: ignore[arg-type]
        return replace(observed, moved=_unmoved(observed, name))

    parameter = "command_type" if name == "motor_array" else f"topics: {name}"
    return _planted("wrong type", f"{name}: {others[name]}", parameter, {name}, seen=seen)


def quality_that_cannot_match(random: Random, owner: RobotConfig) -> Planted:
    """A listener asks for more than is offered."""
    name = str(random.choice([IMU, JOINTS, *image_topics(owner).values(), "motor_array"]))
    motors = name == "motor_array"
    policy = "durability" if motors else str(random.choice(["reliability", "durability"]))
    end = "publisher" if motors else "subscription"

    def seen(observed: Observed) -> Observed:
        stream = observed.streams[name]
        reliable = policy == "reliability"
        offers = tuple(p._replace(reliable=motors) for p in stream.publishers)
        asking = tuple(
            s._replace(reliable=reliable or s.reliable, latched=not reliable)
            for s in stream.subscriptions
        )
        return _with_stream(observed, name, publishers=offers, subscriptions=asking)

    return _planted(
        "QoS that cannot match", f"{policy} of {name}", f"qos_overrides./{name}.{end}.{policy}",
        {name}, seen=seen,
    )  # fmt: skip


def half_rate(random: Random, owner: RobotConfig) -> Planted:
    """A sensor sends half as often."""
    name = _sensor(random, owner)

    def seen(observed: Observed) -> Observed:
        stream = observed.streams[name]
        return _with_stream(
            observed, name, stamps_ns=stream.stamps_ns[::2], arrivals_ns=stream.arrivals_ns[::2]
        )

    return _planted("half rate", name, _key(name, "rate_hz"), {name}, seen=seen)


def clock_offset(random: Random, owner: RobotConfig) -> Planted:
    """A driver stamps by another clock: 0.4 to 60 s behind, or ahead."""
    name = _sensor(random, owner)
    offset_ns = round(float(np.exp(random.uniform(np.log(0.4), np.log(60.0)))) * 1e9)
    offset_ns *= int(random.choice([-1, 1]))

    def seen(observed: Observed) -> Observed:
        stamps = tuple(stamp + offset_ns for stamp in observed.streams[name].stamps_ns)
        return _with_stream(observed, name, stamps_ns=stamps)

    words = f"{name}: {offset_ns * 1e-9:.2f} s"
    return _planted("clock offset", words, f"{name}: driver's clock", {name}, seen=seen)


def wrong_frame(random: Random, owner: RobotConfig) -> Planted:
    """The robot file, or the driver, names another frame."""
    name = str(random.choice([IMU, *image_topics(owner).values()]))

    def seen(observed: Observed) -> Observed:
        return _with_stream(observed, name, frame_ids=frozenset({"some_link"}))

    return _planted("wrong frame id", name, _key(name, "frame_id"), {name}, seen=seen)


def _turned(matrix: Floats) -> Callable[[Observed], Observed]:
    """The IMU's axes, turned or exchanged."""

    def change(sample: Sample) -> Sample:
        if not isinstance(sample, ImuSample):
            return sample
        a, b, c = (matrix @ np.array(sample.angular_velocity)).tolist()
        x, y, z = (matrix @ np.array(sample.linear_acceleration)).tolist()
        return replace(sample, angular_velocity=(a, b, c), linear_acceleration=(x, y, z))

    return lambda observed: _with_samples(observed, change)


def imu_axes_swapped(random: Random, _owner: RobotConfig) -> Planted:
    """Two axes are exchanged, with or without the sign that keeps them right-handed."""
    first, second = random.choice(3, 2, replace=False)
    matrix = np.eye(3)
    matrix[[first, second]] = matrix[[second, first]]
    if random.random() < 0.5:
        matrix[first] *= -1.0
    words = f"{'xyz'[first]} and {'xyz'[second]}, determinant {np.linalg.det(matrix):+.0f}"
    return _planted("IMU axes swapped", words, "imu.rpy_deg", {IMU}, seen=_turned(matrix))


def imu_upside_down(random: Random, owner: RobotConfig) -> Planted:
    """It hangs on its head, turned about some horizontal axis."""
    angle = random.uniform(0.0, pi)
    axis = np.array([np.cos(angle), np.sin(angle), 0.0])
    # In the frame of the body; the mount of the robot file brings it into the sensor's.
    turn, base = 2.0 * np.outer(axis, axis) - np.eye(3), mount(owner.imu)
    words = f"about {np.degrees(angle):.0f} degrees from x"
    seen = _turned(base.T @ turn @ base)
    return _planted("IMU upside down", words, "imu.rpy_deg", {IMU}, seen=seen)


def gyro_in_degrees(_random: Random, _owner: RobotConfig) -> Planted:
    """The driver sends degrees a second."""

    def change(sample: Sample) -> Sample:
        if not isinstance(sample, ImuSample):
            return sample
        a, b, c = (value * 180.0 / pi for value in sample.angular_velocity)
        return replace(sample, angular_velocity=(a, b, c))

    return _planted(
        "gyro in degrees", "", f"{IMU}: unit of angular_velocity", {IMU},
        seen=lambda observed: _with_samples(observed, change),
    )  # fmt: skip


def _wheels(robot: RobotConfig, **changes: object) -> RobotConfig:
    # Not a copy: that would keep the names which the robot has derived already.
    values = robot.model_dump()
    return RobotConfig.model_validate({**values, "wheels": {**values["wheels"], **changes}})


def wheels_in_another_order(random: Random, _owner: RobotConfig) -> Planted:
    """Names of joints are those of other wheels."""
    order = (0, 1, 2)
    while order == (0, 1, 2):
        a, b, c = random.permutation(3).tolist()
        order = (a, b, c)

    def hidden(robot: RobotConfig) -> RobotConfig:
        names = robot.driver_names
        return _wheels(robot, driver_names=tuple(names[wheel] for wheel in order))

    words = ", ".join(str(wheel + 1) for wheel in order)
    return _planted(
        "wheels in another order", words, "wheels.driver_names", {JOINTS}, hidden=hidden
    )


def _sign(random: Random) -> tuple[int, Callable[[tuple[int, ...]], tuple[int, ...]]]:
    wheel = int(random.integers(3))
    return wheel, lambda signs: tuple(-s if k == wheel else s for k, s in enumerate(signs))


def encoder_sign(random: Random, _owner: RobotConfig) -> Planted:
    """One encoder counts the other way."""
    wheel, flipped = _sign(random)

    def hidden(robot: RobotConfig) -> RobotConfig:
        encoders = robot.encoders.model_copy(
            update={"direction": flipped(robot.encoders.direction)}
        )
        return robot.model_copy(update={"encoders": encoders})

    words = f"wheel {wheel + 1}"
    return _planted("one encoder's sign", words, "encoders.direction", {JOINTS}, hidden=hidden)


def motor_sign(random: Random, _owner: RobotConfig) -> Planted:
    """One motor turns the other way."""
    wheel, flipped = _sign(random)

    def hidden(robot: RobotConfig) -> RobotConfig:
        motors = robot.motors.model_copy(update={"direction": flipped(robot.motors.direction)})
        return robot.model_copy(update={"motors": motors})

    words = f"motor {wheel + 1}"
    # Without encoders nobody sees motors turn.
    return _planted("one motor's sign", words, "motors.direction", {"motor_array", JOINTS},
                    hidden=hidden)  # fmt: skip


def encoder_in_ticks(random: Random, _owner: RobotConfig) -> Planted:
    """The driver counts in ticks."""
    ticks = int(random.choice([512, 1024, 2048, 4096, 8192, 16384]))

    def change(sample: Sample) -> Sample:
        if not isinstance(sample, JointSample):
            return sample
        counts = tuple(float(round(turn * ticks / (2.0 * pi))) for turn in sample.position)
        return replace(sample, position=counts)

    return _planted(
        "encoder in ticks", f"{ticks} a turn", "encoders.gear", {JOINTS},
        seen=lambda observed: _with_samples(observed, change),
    )  # fmt: skip


def depth_scale(random: Random, _owner: RobotConfig) -> Planted:
    """A step of a depth image is no millimetre."""
    number = int(random.integers(2))
    factor = float(random.choice([0.1, 0.25, 0.5, 2.0, 4.0, 10.0]))

    def change(sample: Sample) -> Sample:
        if not isinstance(sample, DepthSample) or sample.source != 2 + number:
            return sample
        steps = np.clip(np.rint(sample.image * factor), 0, 65535).astype(np.uint16)
        return replace(sample, image=steps)

    return _planted(
        "depth scale", f"camera {number}: times {factor:g}", f"cameras[{number}].depth_unit_m",
        {f"camera_{number}"}, seen=lambda observed: _with_samples(observed, change),
    )  # fmt: skip


def cameras_swapped(random: Random, owner: RobotConfig) -> Planted:
    """Both cables, or both names of topics, are exchanged."""
    touches = {"camera_0", "camera_1"}
    parameter = f"topics: {image_topics(owner)[min(image_topics(owner))]}"
    frames = bool(random.random() < 0.5)

    def hidden(robot: RobotConfig) -> RobotConfig:
        first, second = robot.cameras
        if not frames:  # the cables: each sends by its name and frame what the other one sees
            a, b = first.frame_id, second.frame_id
            second = second.model_copy(update={"frame_id": a})
            first = first.model_copy(update={"frame_id": b})
        return robot.model_copy(update={"cameras": (second, first)})

    def seen(observed: Observed) -> Observed:
        for number, name in image_topics(owner).items():
            frame = observed.robot.cameras[3 - number if frames else number - 2].frame_id
            observed = _with_stream(observed, name, frame_ids=frozenset({frame}))
        swapped = {"cover_camera_0": "cover_camera_1", "cover_camera_1": "cover_camera_0"}
        moved = {name: observed.moved[swapped.get(name, name)] for name in observed.moved}
        return replace(observed, moved=moved)

    words = "with their frames" if frames else "behind their names"
    return _planted("cameras swapped", words, parameter, touches, hidden=hidden, seen=seen)


def camera_rotated(random: Random, _owner: RobotConfig) -> Planted:
    """One camera is turned about some axis by 40 degrees or more, or pitched by 20 or more."""
    number, axis = int(random.integers(2)), str(random.choice(["roll", "pitch", "yaw"]))
    least, most = {"roll": (40.0, 180.0), "pitch": (20.0, 35.0), "yaw": (45.0, 120.0)}[axis]
    angle = float(random.uniform(least, most) * random.choice([-1.0, 1.0]))

    def hidden(robot: RobotConfig) -> RobotConfig:
        cameras = list(robot.cameras)
        key = f"{axis}_deg"
        value = getattr(cameras[number], key) + angle
        cameras[number] = cameras[number].model_copy(update={key: value})
        return robot.model_copy(update={"cameras": tuple(cameras)})

    words = f"camera {number}: {axis} {angle:+.0f} degrees"
    return _planted(
        "camera rotated", words, f"cameras[{number}].{axis}_deg", {f"camera_{number}"},
        hidden=hidden,
    )  # fmt: skip


def policy_of_another_robot(random: Random, owner: RobotConfig) -> Planted:
    """The policy was trained for other motors, other names, or cameras that see further."""
    first, second = owner.cameras
    what = int(random.integers(3))
    other = (
        _wheels(owner, max_torque=owner.wheels.max_torque * float(random.uniform(1.2, 3.0))),
        _wheels(owner, joint_names=("a_joint", "b_joint", "c_joint")),
        owner.model_copy(update={"cameras": (first.model_copy(update={"max_range": 4.0}), second)}),
    )[what]
    trained = PolicyMetadata.of("other", "concat", ObservationSpec.of(DEPLOYED_KEYS), other, 200.0)
    try:
        check_robot(trained, owner, "other.onnx")
        why = ""
    except PolicyFileError as error:
        why = str(error)
    words = ("torque", "names", "range")[what]
    return _planted(
        "policy of another robot", words, "policy", {"policy"},
        seen=lambda observed: replace(observed, policy=why),
    )  # fmt: skip


def processor_starved(random: Random, _owner: RobotConfig) -> Planted:
    """Others take the processor: ticks come late, or nothing is left."""
    free, late = float(random.uniform(0.0, 0.05)), float(random.uniform(0.05, 0.5))

    def seen(observed: Observed) -> Observed:
        first, last = observed.said[0], observed.said[-1]
        counted = float(last["inference"]["ticks"]) - float(first["inference"]["ticks"])
        ended = str(float(first["inference"]["late_ticks"]) + late * counted)
        slow = {**last, "inference": {**last["inference"], "late_ticks": ended}}
        return replace(observed, said=(first, slow), processor=Processor(2, free))

    words = f"{free:.0%} free, {late:.0%} of the ticks late"
    return _planted("CPU starved", words, "processor: load", {"computer"}, seen=seen)


MISTAKES: tuple[Callable[[Random, RobotConfig], Planted], ...] = (
    topic_missing,
    wrong_type,
    quality_that_cannot_match,
    half_rate,
    clock_offset,
    wrong_frame,
    imu_axes_swapped,
    imu_upside_down,
    gyro_in_degrees,
    wheels_in_another_order,
    encoder_sign,
    motor_sign,
    encoder_in_ticks,
    depth_scale,
    cameras_swapped,
    camera_rotated,
    policy_of_another_robot,
    processor_starved,
)
"""All eighteen."""
