"""The robot in 3D is that of the robot file."""

import numpy as np
import pytest
from nicegui.elements.scene.scene_object3d import Object3D

from ballbot_fusion.core.robot import Camera
from ballbot_fusion.core.viewpoint import axes
from ballbot_fusion.dashboard.scene import turned


@pytest.mark.parametrize("roll_deg", [0.0, 25.0, -90.0, 180.0])
def test_cameras_are_drawn_as_they_are_mounted(roll_deg: float) -> None:
    camera = Camera(frame_id="c", yaw_deg=30.0, pitch_deg=-38.0, roll_deg=roll_deg)
    found = np.array(Object3D.rotation_matrix_from_euler(*turned(camera)))
    right, down, forward = axes(30.0, -38.0, roll_deg).T
    np.testing.assert_allclose(found.T, [forward, -right, -down], atol=1e-12)
