"""Which robot can give which images."""

import pytest

from ballbot_fusion.core.cameras import with_cameras_for
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.sensing import Sensing
from ballbot_fusion.core.spec import DEPLOYED_KEYS, ObservationSpec

COLORED = with_cameras_for(ObservationSpec.of(["rgb_0", "rgb_1"]), RobotConfig())


@pytest.mark.parametrize(
    ("keys", "robot", "words"),
    [
        (("vel", "rgb_1"), RobotConfig(), ["'rgb_1'", "'color'", "cameras[1]", "'rgbd_1'"]),
        (("vel", "rgbd_0"), COLORED, ["'rgbd_0'", "'depth'", "'color'", "cameras[0]", "'rgb_0'"]),
        (("rgbd_0", "rgb_0"), RobotConfig(), ["'rgb_0'", "cameras[0]"]),
    ],
)  # fmt: skip
def test_images_that_the_robot_cannot_give_are_refused(
    keys: tuple[str, ...], robot: RobotConfig, words: list[str]
) -> None:
    with pytest.raises(ValueError, match="modality") as caught:
        Sensing(ObservationSpec.of(keys), robot)
    for word in words:
        assert word in str(caught.value)


def test_a_robot_is_given_the_cameras_that_a_spec_needs() -> None:
    def kinds(*keys: str) -> list[str]:
        robot = with_cameras_for(ObservationSpec.of(keys), RobotConfig())
        return [camera.kind for camera in robot.cameras]

    assert kinds("rgb_0", "rgb_1") == ["color", "color"]
    assert kinds("rgbd_0", "rgb_1") == ["depth", "color"]
    assert kinds("vel") == kinds("rgbd_0", "rgbd_1") == ["depth", "depth"]
    assert with_cameras_for(ObservationSpec.of(DEPLOYED_KEYS), RobotConfig()) == RobotConfig()
    with pytest.raises(ValueError, match="rgbd_0"):
        kinds("rgbd_0", "rgb_0")
