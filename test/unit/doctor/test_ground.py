"""The ground as a camera sees it, against a plane that is known."""

from math import radians, tan

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ballbot_fusion.core.robot import Camera
from ballbot_fusion.core.samples import DepthSample, Source
from ballbot_fusion.core.viewpoint import axes
from ballbot_fusion.doctor.ground import invalid_share, roll_pitch_deg, seen

WIDTH, HEIGHT = 60, 40


def picture(pose: tuple[float, float, float], height_m: float, fov_deg: float) -> DepthSample:
    """What a perfect camera sees of endless flat ground, in millimetres."""
    focal = 0.5 * HEIGHT / tan(radians(fov_deg) / 2.0)
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    rays = np.stack(
        [(columns - (WIDTH - 1) / 2) / focal, (rows - (HEIGHT - 1) / 2) / focal, np.ones_like(rows)]
    )
    falls = -(axes(*pose)[2] @ rays.reshape(3, -1)).reshape(HEIGHT, WIDTH)
    with np.errstate(divide="ignore"):
        depth = np.where(falls > 0.05, height_m / np.where(falls > 0.05, falls, 1.0), 0.0)
    return DepthSample(Source.CAMERA_0, 0, 0, np.rint(depth * 1000.0).astype(np.uint16))


@settings(max_examples=30, deadline=None)
@given(
    yaw=st.floats(-180.0, 180.0),
    pitch=st.floats(-70.0, -20.0),
    roll=st.floats(-170.0, 170.0),
    height_m=st.floats(0.3, 1.0),
)
def test_roll_pitch_and_height_are_found(
    yaw: float, pitch: float, roll: float, height_m: float
) -> None:
    camera = Camera(frame_id="c", fov_deg=70.0)
    image = picture((yaw, pitch, roll), height_m, camera.fov_deg)
    assume(invalid_share(image) < 0.5)
    ground = seen(camera, image)
    assert ground is not None
    found = roll_pitch_deg(ground.up)
    assert (found[0] - roll + 180.0) % 360.0 - 180.0 == pytest.approx(0.0, abs=1.5)
    assert found[1] == pytest.approx(pitch, abs=1.5)
    assert ground.height == pytest.approx(height_m, rel=0.03)


def test_a_room_full_of_things_is_no_ground() -> None:
    generator = np.random.default_rng(1)
    clutter = generator.integers(300, 3000, (HEIGHT, WIDTH)).astype(np.uint16)
    assert seen(Camera(frame_id="c"), DepthSample(Source.CAMERA_0, 0, 0, clutter)) is None
    nothing = np.zeros((HEIGHT, WIDTH), np.uint16)
    assert seen(Camera(frame_id="c"), DepthSample(Source.CAMERA_0, 0, 0, nothing)) is None
    assert invalid_share(DepthSample(Source.CAMERA_0, 0, 0, nothing)) == 1.0
