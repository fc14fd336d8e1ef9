"""Pictures of what came and of what the policy sees."""

import base64

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import DepthSample, Source
from ballbot_fusion.dashboard.pictures import coloured, pictures_of, sensing_of

SENSING = sensing_of(RobotConfig())


def picture(url: str) -> NDArray[np.uint8]:
    data = np.frombuffer(base64.b64decode(url.split(",", 1)[1]), np.uint8)
    return cv2.imdecode(data, cv2.IMREAD_COLOR)


@pytest.mark.parametrize(("width", "height"), [(64, 64), (640, 480), (80, 60)])
def test_both_pictures_are_of_the_image(width: int, height: int) -> None:
    image = np.full((height, width), 500, np.uint16)
    image[:, : width // 2] = 0  # the left half is unknown
    found = pictures_of(SENSING, DepthSample(Source.CAMERA_1, 0, 0, image, "16UC1"))
    assert found["words"] == f"{width} × {height} 16UC1"
    seen, raw = picture(found["policy"]), picture(found["raw"])
    assert seen.shape == (64, 64, 3)
    assert raw.shape[1] <= 240
    for shown in (seen, raw):
        middle = shown.shape[1] // 2
        assert shown[:, : middle - 8].max() < 40
        assert shown[:, middle + 8 :].max() > 150


def test_both_pictures_show_the_same_depth_whatever_a_step_is() -> None:
    robot = RobotConfig()
    halves = [camera.model_copy(update={"depth_unit_m": 0.0005}) for camera in robot.cameras]
    sensing = sensing_of(robot.model_copy(update={"cameras": tuple(halves)}))
    sample = DepthSample(Source.CAMERA_0, 0, 0, np.full((64, 64), 3000, np.uint16))  # 1.5 m
    found = pictures_of(sensing, sample)
    assert np.array_equal(picture(found["raw"]), picture(found["policy"]))


def test_near_and_far_differ_and_beyond_the_range_is_far() -> None:
    near, far, beyond = coloured(np.array([[0.05, 1.0, np.inf]], np.float32))[0]
    assert near.tolist() != far.tolist() == beyond.tolist()


def test_what_is_no_image_gives_words() -> None:
    sample = DepthSample(Source.CAMERA_0, 0, 0, np.empty((0, 0), np.uint8), "mono8")
    assert pictures_of(SENSING, sample) == {"words": "not readable: mono8"}
