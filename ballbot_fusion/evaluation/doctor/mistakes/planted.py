"""A mistake that somebody makes, and how it is planted."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import Sample
from ballbot_fusion.core.topic_names import image_topics
from ballbot_fusion.doctor.observed import IMU, JOINTS, Observed

Random = np.random.Generator


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


def planted(name: str, words: str, parameter: str, touches: set[str], **how: object) -> Planted:
    """Make one; ``how`` is ``hidden`` or ``seen``, or both."""
    return Planted(name, words, frozenset({parameter}), frozenset(touches), **how)  # type: ignore[arg-type]


def with_stream(observed: Observed, name: str, **changes: object) -> Observed:
    """Change one stream."""
    streams = {**observed.streams, name: replace(observed.streams[name], **changes)}  # type: ignore[arg-type]
    return replace(observed, streams=streams)


def with_samples(observed: Observed, change: Callable[[Sample], Sample]) -> Observed:
    """Change every sample, at rest and moved."""
    streams = {
        name: replace(stream, samples=tuple(map(change, stream.samples)))
        for name, stream in observed.streams.items()
    }
    moved = {name: tuple(map(change, found)) for name, found in observed.moved.items()}
    return replace(observed, streams=streams, moved=moved)


def sensor(random: Random, owner: RobotConfig) -> str:
    """Draw one of the four sensors' topics."""
    return str(random.choice([IMU, JOINTS, *image_topics(owner).values()]))


def key_of(topic: str, field_name: str) -> str:
    """Return the robot file's key of a sensor's field."""
    part = {IMU: "imu", JOINTS: "encoders"}.get(topic, f"cameras[{topic[7]}]")
    return f"{part}.{field_name}"


SILENT: dict[str, object] = {
    "stamps_ns": (),
    "arrivals_ns": (),
    "frame_ids": frozenset(),
    "samples": (),
}
"""A stream of which nothing came."""


def with_wheels(robot: RobotConfig, **changes: object) -> RobotConfig:
    """Return a robot with other wheels."""
    # Not a copy: that would keep the names which the robot has derived already.
    values = robot.model_dump()
    return RobotConfig.model_validate({**values, "wheels": {**values["wheels"], **changes}})
