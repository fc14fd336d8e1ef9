import numpy as np
import pytest

from ballbot_fusion.core.spec import BALANCE_KEYS
from ballbot_fusion.simulation.rendering.renderer import RendererError
from ballbot_fusion.training.env.environment import BallbotEnv


def test_a_picture_is_rendered_if_asked_for() -> None:
    settings = {"keys": BALANCE_KEYS, "rollout": {"terrains": ["flat"]}}
    silent, drawing = BallbotEnv(settings), BallbotEnv(settings, render_mode="rgb_array")
    silent.reset(seed=0)
    drawing.reset(seed=0)
    assert silent.render() is None
    try:
        picture = drawing.render()
    except RendererError as error:
        pytest.skip(f"OpenGL does not work here: {error}")
    assert picture is not None
    assert (picture.shape, picture.dtype) == ((480, 640, 3), np.uint8)
    assert picture.std() > 1.0
