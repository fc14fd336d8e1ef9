"""Mistakes of cameras."""

from dataclasses import replace

import numpy as np

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import DepthSample, Sample
from ballbot_fusion.core.topic_names import image_topics
from ballbot_fusion.doctor.observed import Observed
from ballbot_fusion.evaluation.doctor.mistakes.planted import (
    Planted,
    Random,
    planted,
    with_samples,
    with_stream,
)


def depth_scale(random: Random, _owner: RobotConfig) -> Planted:
    """A step of a depth image is no millimetre."""
    number = int(random.integers(2))
    factor = float(random.choice([0.1, 0.25, 0.5, 2.0, 4.0, 10.0]))

    def change(sample: Sample) -> Sample:
        if not isinstance(sample, DepthSample) or sample.source != 2 + number:
            return sample
        steps = np.clip(np.rint(sample.image * factor), 0, 65535).astype(np.uint16)
        return replace(sample, image=steps)

    return planted(
        "depth scale", f"camera {number}: times {factor:g}", f"cameras[{number}].depth_unit_m",
        {f"camera_{number}"}, seen=lambda observed: with_samples(observed, change),
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
            observed = with_stream(observed, name, frame_ids=frozenset({frame}))
        swapped = {"cover_camera_0": "cover_camera_1", "cover_camera_1": "cover_camera_0"}
        moved = {name: observed.moved[swapped.get(name, name)] for name in observed.moved}
        return replace(observed, moved=moved)

    words = "with their frames" if frames else "behind their names"
    return planted("cameras swapped", words, parameter, touches, hidden=hidden, seen=seen)


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
    return planted(
        "camera rotated", words, f"cameras[{number}].{axis}_deg", {f"camera_{number}"},
        hidden=hidden,
    )  # fmt: skip
