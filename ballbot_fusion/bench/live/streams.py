"""What the sensors of a standing robot say: taken from the simulation, played without it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import DepthSample, ImuSample, JointSample, Sample, Source
from ballbot_fusion.core.tick import Tick
from ballbot_fusion.evaluation.drivers import Driver
from ballbot_fusion.evaluation.scenario import LQR, Scenario, build
from ballbot_fusion.simulation.rendering.cameras import Cameras
from ballbot_fusion.simulation.rendering.select import make_renderer
from ballbot_fusion.simulation.simulation import CameraSnapshot
from ballbot_fusion.simulation.terrain import make_terrain

RECORDED_S = 5.0
"""Of streams that are played over and over."""
NO_TURN = (0.0, 0.0, 0.0, 1.0)
FRAMES = 8
"""Images of a ring that is published over and over."""


class _Listener:
    """A driver that writes down what it hears."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self.heard: list[Sample] = []

    def act(self, samples: Sequence[Sample], now_ns: int) -> tuple[Tick, tuple[float, ...]]:
        self.heard += samples
        return self._driver.act(samples, now_ns)


def write_streams(path: Path, seconds: float = RECORDED_S) -> None:
    """Write what IMU and encoders of a robot say that balances on the spot, once it does."""
    loop = build(Scenario(LQR, seconds=seconds + 1.0, cameras=False)).loop
    listener = _Listener(loop.driver)
    loop.driver = listener
    loop.run(seconds + 1.0)
    imu = [s for s in listener.heard if isinstance(s, ImuSample)]
    joints = [
        s for s in listener.heard if isinstance(s, JointSample) and s.source is Source.ENCODERS
    ]
    count = round(seconds * 1000)
    np.savez(
        path,
        imu=[
            (*s.angular_velocity, *s.linear_acceleration, *(s.orientation or NO_TURN))
            for s in imu[-count:]
        ],
        joints=[(s.position, s.velocity, s.effort) for s in joints[-count // 2 :]],
        names=joints[0].names,
        frame_id=imu[0].frame_id,
    )


def read_streams(path: Path) -> tuple[list[ImuSample], list[JointSample]]:
    """Read what ``write_streams`` wrote; stamps are zero."""
    with np.load(path, allow_pickle=False) as found:
        frame_id, names = str(found["frame_id"]), tuple(map(str, found["names"]))
        imu = [
            ImuSample(
                Source.IMU, 0, 0, (n[0], n[1], n[2]), (n[3], n[4], n[5]),
                (n[6], n[7], n[8], n[9]), frame_id,
            )
            for n in found["imu"].tolist()
        ]  # fmt: skip
        joints = [
            JointSample(Source.ENCODERS, 0, 0, names, *map(tuple, rows))
            for rows in found["joints"].tolist()
        ]
    return imu, joints


def write_images(path: Path, size: tuple[int, int]) -> None:
    """Write a ring of depth images (frames, 2, height, width), mm, no two of them the same."""
    robot, terrain = RobotConfig(), make_terrain("rough", 0)
    renderer, _ = make_renderer("auto", robot, terrain, size)
    cameras = Cameras(robot, renderer, seed=0, size=size)
    height = terrain.height_at(0.0, 0.0) + robot.ball.radius
    pose = np.array([0.0, 0.0, height, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0])
    frames = [cameras.render(CameraSnapshot(number, 0, pose)) for number in range(FRAMES)]
    renderer.close()
    np.savez(path, images=[[sample.image for sample in pair] for pair in frames])


def read_images(path: Path) -> list[tuple[DepthSample, DepthSample]]:
    """Read what ``write_images`` wrote."""
    ids = [camera.frame_id for camera in RobotConfig().cameras]
    with np.load(path, allow_pickle=False) as found:
        images = found["images"]
    return [
        (
            DepthSample(Source.CAMERA_0, 0, 0, left, "16UC1", ids[0]),
            DepthSample(Source.CAMERA_1, 0, 0, right, "16UC1", ids[1]),
        )
        for left, right in images
    ]
