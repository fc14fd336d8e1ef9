"""Cameras that sit not quite where the robot file says."""

from ballbot_fusion.core.robot import Camera, RobotConfig
from ballbot_fusion.simulation.randomisation.draws import Draws, Quantity, changed
from ballbot_fusion.simulation.randomisation.settings import MountRanges


def _camera(camera: Camera, index: int, ranges: MountRanges, draws: Draws) -> Camera:
    position = tuple(
        place + draws.around(Quantity.CAMERA_OFFSET, ranges.offset_m, index, axis)
        for axis, place in enumerate(camera.position)
    )
    return changed(
        camera,
        position=position,
        yaw_deg=camera.yaw_deg + draws.around(Quantity.CAMERA_YAW, ranges.yaw_deg, index),
        pitch_deg=camera.pitch_deg + draws.around(Quantity.CAMERA_PITCH, ranges.pitch_deg, index),
    )


def varied_mounts(robot: RobotConfig, ranges: MountRanges, draws: Draws) -> RobotConfig:
    """Return ``robot`` with both cameras moved and turned, each on its own."""
    cameras = tuple(
        _camera(camera, index, ranges, draws) for index, camera in enumerate(robot.cameras)
    )
    return changed(robot, cameras=cameras)
