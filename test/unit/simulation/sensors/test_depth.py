import numpy as np
import pytest

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import Source
from ballbot_fusion.simulation.sensors.depth import SIGHT, measured
from ballbot_fusion.simulation.settings import DepthErrors, SimulationSettings

CAMERA = RobotConfig().cameras[0]
PERFECT = SimulationSettings(noise=False)
FRAME = (1, Source.CAMERA_0, 0)


def image(metres: float, size: int = 64) -> np.ndarray:
    return np.full((size, size), metres, np.float32)


def test_perfect_depth_is_quantised_to_millimetres() -> None:
    assert np.all(measured(image(1.23456), CAMERA, PERFECT, FRAME) == 1235)


@pytest.mark.parametrize(
    "metres", [np.inf, CAMERA.min_range - 0.001, SIGHT * CAMERA.max_range + 0.01]
)
def test_nothing_is_measured_outside_the_range(metres: float) -> None:
    assert np.all(measured(image(metres), CAMERA, SimulationSettings(), FRAME) == 0)


@pytest.mark.parametrize("metres", [0.5, 1.0, 2.0])
def test_noise_grows_with_the_square_of_the_distance(metres: float) -> None:
    settings = SimulationSettings(depth=DepthErrors(noise=0.004, invalid_share=0.0))
    errors = measured(image(metres, 200), CAMERA, settings, FRAME) / 1000.0 - metres
    assert np.std(errors) == pytest.approx(0.004 * metres**2, rel=0.05)
    assert abs(np.mean(errors)) < 0.0001


def test_the_stated_share_is_invalid() -> None:
    settings = SimulationSettings(depth=DepthErrors(invalid_share=0.1))
    holes = measured(image(1.0, 200), CAMERA, settings, FRAME) == 0
    assert np.mean(holes) == pytest.approx(0.1, abs=0.01)


def test_noise_belongs_to_seed_camera_and_frame_alone() -> None:
    def draw(*seed: int) -> bytes:
        return measured(image(1.0), CAMERA, SimulationSettings(), seed).tobytes()  # type: ignore[arg-type]

    seeds = [(1, 2, 0), (1, 2, 1), (1, 3, 0), (2, 2, 0)]
    forwards = [draw(*seed) for seed in seeds]
    assert forwards[::-1] == [draw(*seed) for seed in seeds[::-1]]
    assert len(set(forwards)) == len(seeds)


def test_farther_than_16_bits_reach_is_invalid() -> None:
    far = CAMERA.model_copy(update={"max_range": 25.0})
    assert np.all(measured(image(70.0), far, PERFECT, FRAME) == 0)
    assert np.all(measured(image(65.0), far, PERFECT, FRAME) == 65_000)


def test_strong_noise_never_wraps_round() -> None:
    settings = SimulationSettings(depth=DepthErrors(noise=0.5, invalid_share=0.0))
    depth = measured(image(2.0, 200), CAMERA, settings, FRAME)
    assert depth.max() < 2000 + 6 * 2000
    assert np.mean(depth == 0) > 0.1  # about a sixth of the pixels read below zero: no measurement
