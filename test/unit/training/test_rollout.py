"""What a roll-out keeps of colour cameras. Skipped, by name, where there is no OpenGL."""

import numpy as np
import pytest

from ballbot_fusion.core.cameras import with_cameras_for
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.simulation.rendering.renderer import RendererError
from ballbot_fusion.training.rollout import Rollout
from ballbot_fusion.training.settings import TrainSettings

KEYS = ("orientation", "angular_vel", "vel", "motor_state", "rgb_0", "rgb_1", "command")
NEVER = {"camera_episode": 0.0, "cameras_episode": 0.0, "single": 0.0}
SETTINGS = TrainSettings.model_validate(
    {
        "name": "tiny", "keys": KEYS, "outages": NEVER,
        "rollout": {"episode_s": 0.3, "terrains": ["flat"]},
    }
)  # fmt: skip


def test_frames_of_colour_are_kept_once_each() -> None:
    robot = with_cameras_for(ObservationSpec.of(KEYS), RobotConfig())
    try:
        rollout = Rollout(SETTINGS, robot, (0, 0))
    except RendererError as error:
        pytest.skip(f"OpenGL does not work here: {error}")
    samples = rollout.run(None)
    for key in ("rgb_0", "rgb_1"):
        frames, index = samples.frames[key], samples.frame_index[key]
        assert (frames.shape[1:], frames.dtype) == ((3, 64, 64), np.float16)
        assert 8 <= len(frames) <= 15
        assert index.max() == len(frames) - 1
        counts = frames[1:].astype(np.float32) * 255
        assert np.abs(counts - np.rint(counts)).max() < 0.1, "bytes / 255 to half precision"
    assert samples.mask[-1].all()
