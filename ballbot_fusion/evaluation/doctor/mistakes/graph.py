"""Mistakes of launch and drivers: topics, types, QoS, rates, clocks, frames."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import ImuSample, JointSample, Sample
from ballbot_fusion.core.topic_names import image_topics, info_topic
from ballbot_fusion.doctor.observed import IMU, JOINTS, Observed
from ballbot_fusion.evaluation.doctor.mistakes.planted import (
    SILENT,
    Planted,
    Random,
    key_of,
    planted,
    sensor,
    with_stream,
)


def topic_missing(random: Random, owner: RobotConfig) -> Planted:
    """A topic is called otherwise, or its driver does not run."""
    names = [IMU, JOINTS, *image_topics(owner).values(), "motor_array"]
    names += [info_topic(topic) for topic in image_topics(owner).values()]
    name = str(random.choice(names))

    def seen(observed: Observed) -> Observed:
        motors = name == "motor_array"
        ends: dict[str, object] = {"subscriptions": ()} if motors else {"publishers": ()}
        observed = with_stream(observed, name, **ends, **SILENT)
        return replace(observed, moved=_unmoved(observed, name))

    return planted("topic missing", name, f"topics: {name}", {name}, seen=seen)


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
        observed = with_stream(observed, name, **{key: changed}, **SILENT)  # type: ignore[arg-type]
        return replace(observed, moved=_unmoved(observed, name))

    parameter = "command_type" if name == "motor_array" else f"topics: {name}"
    return planted("wrong type", f"{name}: {others[name]}", parameter, {name}, seen=seen)


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
        return with_stream(observed, name, publishers=offers, subscriptions=asking)

    return planted(
        "QoS that cannot match", f"{policy} of {name}", f"qos_overrides./{name}.{end}.{policy}",
        {name}, seen=seen,
    )  # fmt: skip


def half_rate(random: Random, owner: RobotConfig) -> Planted:
    """A sensor sends half as often."""
    name = sensor(random, owner)

    def seen(observed: Observed) -> Observed:
        stream = observed.streams[name]
        return with_stream(
            observed, name, stamps_ns=stream.stamps_ns[::2], arrivals_ns=stream.arrivals_ns[::2]
        )

    return planted("half rate", name, key_of(name, "rate_hz"), {name}, seen=seen)


def clock_offset(random: Random, owner: RobotConfig) -> Planted:
    """A driver stamps by another clock: 0.4 to 60 s behind, or 0.06 s and more ahead."""
    name = sensor(random, owner)
    ahead = bool(random.integers(2))
    least = 0.06 if ahead else 0.4  # an image that is 40 ms old may be that much ahead unseen
    offset_ns = round(float(np.exp(random.uniform(np.log(least), np.log(60.0)))) * 1e9)
    offset_ns *= 1 if ahead else -1

    def seen(observed: Observed) -> Observed:
        stamps = tuple(stamp + offset_ns for stamp in observed.streams[name].stamps_ns)
        return with_stream(observed, name, stamps_ns=stamps)

    words = f"{name}: {offset_ns * 1e-9:.2f} s"
    return planted("clock offset", words, f"{name}: driver's clock", {name}, seen=seen)


def wrong_frame(random: Random, owner: RobotConfig) -> Planted:
    """The robot file, or the driver, names another frame."""
    name = str(random.choice([IMU, *image_topics(owner).values()]))

    def seen(observed: Observed) -> Observed:
        return with_stream(observed, name, frame_ids=frozenset({"some_link"}))

    return planted("wrong frame id", name, key_of(name, "frame_id"), {name}, seen=seen)
