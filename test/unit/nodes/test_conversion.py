"""Images between messages and samples. Messages only: no node, no graph."""

from array import array

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from sensor_msgs.msg import Image

from ballbot_fusion.core.cameras import with_cameras_for
from ballbot_fusion.core.checks import check
from ballbot_fusion.core.color import normalised
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import ColorSample, DepthSample, Source
from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.core.topic_names import image_topics
from ballbot_fusion.nodes.conversion import color_sample, depth_sample
from ballbot_fusion.nodes.sensor_messages import image_message

STAMP_NS, ARRIVAL_NS = 1_790_000_000_123_456_789, 42
CAMERA_1 = Source.CAMERA_1
colors = hnp.arrays(np.uint8, st.tuples(st.integers(1, 20), st.integers(1, 20), st.just(3)))
depths = hnp.arrays(np.uint16, st.tuples(st.integers(1, 20), st.integers(1, 20)))


@given(colors, st.sampled_from(["rgb8", "bgr8"]))
def test_colour_comes_back_as_it_was_sent(image: NDArray[np.uint8], encoding: str) -> None:
    sent = ColorSample(CAMERA_1, STAMP_NS, 0, image, encoding, "lens")
    message = image_message(sent, STAMP_NS)
    assert (message.height, message.width, message.step) == (*image.shape[:2], 3 * image.shape[1])
    found = color_sample(message, ARRIVAL_NS, CAMERA_1)
    assert (found.stamp_ns, found.arrival_ns) == (STAMP_NS, ARRIVAL_NS)
    assert found.content_hash == sent.content_hash


@given(depths)
def test_depth_comes_back_as_it_was_sent(image: NDArray[np.uint16]) -> None:
    sent = DepthSample(CAMERA_1, STAMP_NS, 0, image, "16UC1", "lens")
    found = depth_sample(image_message(sent, STAMP_NS), ARRIVAL_NS, CAMERA_1)
    assert found.content_hash == sent.content_hash


def test_an_image_without_pixels_is_sent_too() -> None:
    """The fault `image_size` of size 0 gives such; it ended the cameras."""
    for image in (np.zeros((0, 0), np.uint16), np.zeros((0, 6), np.uint16)):
        message = image_message(DepthSample(CAMERA_1, STAMP_NS, 0, image, "16UC1"), STAMP_NS)
        assert (message.height, message.width) == image.shape
        assert message.step == 2 * image.shape[1]
        assert len(message.data) == 0


@given(colors, st.integers(0, 7))
def test_padding_at_the_end_of_the_lines_is_left_out(
    image: NDArray[np.uint8], padding: int
) -> None:
    rows, columns, _ = image.shape
    lines = np.full((rows, 3 * columns + padding), 255, np.uint8)
    lines[:, : 3 * columns] = image.reshape(rows, -1)
    message = Image(height=rows, width=columns, encoding="bgr8", step=lines.shape[1])
    message.data = array("B", lines.tobytes())
    assert np.array_equal(color_sample(message, 0, CAMERA_1).image, image)


@given(
    st.integers(0, 30), st.integers(0, 30), st.integers(0, 99), st.binary(max_size=400),
    st.sampled_from(["rgb8", "bgr8", "rgba8", "16UC1", "32FC1", ""]),
)  # fmt: skip
def test_nothing_in_a_message_can_raise(
    height: int, width: int, step: int, data: bytes, encoding: str
) -> None:
    message = Image(height=height, width=width, step=step, encoding=encoding)
    message.data = array("B", data)
    fits = width > 0 and 3 * width <= step and height * step <= len(data)
    seen = color_sample(message, 0, CAMERA_1)
    if fits and encoding in ("rgb8", "bgr8"):
        assert seen.image.shape == (height, width, 3)
    else:
        assert seen.image.size == 0
        assert check(seen, COLORED) is not Reason.OK
    assert check(depth_sample(message, 0, CAMERA_1), COLORED) is Reason.WRONG_ENCODING


COLORED = with_cameras_for(ObservationSpec.of(["rgb_0", "rgb_1"]), RobotConfig())


def test_red_is_red_in_both_encodings() -> None:
    for encoding, pixel in (("rgb8", (255, 0, 0)), ("bgr8", (0, 0, 255))):
        message = Image(height=64, width=64, encoding=encoding, step=192)
        message.data = array("B", bytes(pixel) * 64 * 64)
        sample = color_sample(message, 0, CAMERA_1)
        seen = normalised(sample.image, sample.encoding, (3, 64, 64))
        assert seen.mean(axis=(1, 2)).tolist() == [1.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("keys", "topics"),
    [
        (("vel",), ["camera_0/depth/image_rect_raw", "camera_1/depth/image_rect_raw"]),
        (("rgb_0", "rgb_1"), ["camera_0/color/image_raw", "camera_1/color/image_raw"]),
        (("rgbd_0", "rgb_1"), ["camera_0/depth/image_rect_raw", "camera_1/color/image_raw"]),
    ],
)
def test_topics_follow_the_robot_file(keys: tuple[str, ...], topics: list[str]) -> None:
    robot = with_cameras_for(ObservationSpec.of(keys), RobotConfig())
    found = image_topics(robot)
    assert list(found) == [Source.CAMERA_0, CAMERA_1]
    assert list(found.values()) == topics
