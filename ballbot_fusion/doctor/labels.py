"""Frames of messages against the robot file."""

from collections.abc import Iterator

from ballbot_fusion.core.samples import Source
from ballbot_fusion.core.topic_names import image_topics
from ballbot_fusion.doctor.cameras import frames_exchanged
from ballbot_fusion.doctor.finding import Finding, failed, passed
from ballbot_fusion.doctor.observed import IMU, Observed


def frames(observed: Observed) -> Iterator[Finding]:
    """IMU and images are in the frames that the robot file names."""
    robot = observed.robot
    declared = {IMU: ("imu.frame_id", robot.imu.frame_id)}
    if not frames_exchanged(observed):
        for source, topic in image_topics(robot).items():
            number = source - Source.CAMERA_0
            declared[topic] = (f"cameras[{number}].frame_id", robot.cameras[number].frame_id)
    for topic, (key, frame_id) in declared.items():
        stream = observed.streams.get(topic)
        if stream is None or not stream.frame_ids:
            continue
        found = ", ".join(sorted(stream.frame_ids)) or "none"
        if stream.frame_ids == {frame_id}:
            yield passed("frame", topic, found)
        else:
            yield failed(
                "frame", topic, f"frame {found!r}", repr(frame_id), key,
                "Write the driver's frame into the robot file, or set it in the driver.",
            )  # fmt: skip
