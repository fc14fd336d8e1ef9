import numpy as np

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import Source
from ballbot_fusion.simulation.rendering.cameras import Cameras
from ballbot_fusion.simulation.rendering.rays import RayRenderer
from ballbot_fusion.simulation.settings import SimulationSettings
from ballbot_fusion.simulation.simulation import CameraSnapshot
from ballbot_fusion.simulation.terrain import make_terrain

ROBOT, ROUGH = RobotConfig(), make_terrain("rough", 2)
QPOS = np.array([0.3, 0.2, 0.2, 1.0, 0, 0, 0, 1.0, 0, 0, 0])


def cameras(seed: int = 1, noise: bool = True, size: tuple[int, int] = (64, 64)) -> Cameras:
    settings = SimulationSettings(noise=noise)
    return Cameras(ROBOT, RayRenderer(ROBOT, ROUGH), seed=seed, settings=settings, size=size)


def snapshot(frame: int = 3) -> CameraSnapshot:
    return CameraSnapshot(frame, 100_000_000, QPOS)


def test_frames_carry_what_their_camera_says() -> None:
    for index, sample in enumerate(cameras(size=(80, 48)).render(snapshot())):
        assert sample.source is (Source.CAMERA_0, Source.CAMERA_1)[index]
        assert sample.stamp_ns == sample.arrival_ns == 100_000_000
        assert sample.image.shape == (48, 80)
        assert sample.image.dtype == np.uint16
        assert (sample.encoding, sample.frame_id) == ("16UC1", ROBOT.cameras[index].frame_id)


def test_two_processes_draw_the_same_bits_in_any_order() -> None:
    one, other = cameras(), cameras()
    forwards = [one.render(snapshot(k)) for k in (1, 2, 3)]
    backwards = [other.render(snapshot(k)) for k in (3, 2, 1)][::-1]
    for a, b in zip(forwards, backwards, strict=True):
        assert [s.content_hash for s in a] == [s.content_hash for s in b]
    assert forwards[0][0].content_hash != forwards[1][0].content_hash


def test_seeds_and_cameras_have_noise_of_their_own() -> None:
    exact = [sample.image.astype(int) for sample in cameras(noise=False).render(snapshot())]
    errors = []
    for seed in (1, 2):
        for image, sample in zip(exact, cameras(seed).render(snapshot()), strict=True):
            assert np.mean(sample.image == image) < 0.9
            errors.append((sample.image - image).tobytes())
    assert len(set(errors)) == 4
