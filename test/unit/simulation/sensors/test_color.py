import numpy as np
import pytest

from ballbot_fusion.core.samples import Source
from ballbot_fusion.simulation.sensors.color import photographed
from ballbot_fusion.simulation.settings import ColorErrors, SimulationSettings

GREY = np.full((200, 200, 3), 128, np.uint8)
FRAME = (1, Source.CAMERA_0, 0)


def test_a_perfect_camera_changes_nothing() -> None:
    assert np.array_equal(photographed(GREY, SimulationSettings(noise=False), FRAME), GREY)


@pytest.mark.parametrize("noise", [2.0, 6.0])
def test_noise_is_the_stated_one_in_every_channel(noise: float) -> None:
    settings = SimulationSettings(color=ColorErrors(noise=noise))
    errors = photographed(GREY, settings, FRAME).astype(float) - 128.0
    rounded = np.sqrt(noise**2 + 1.0 / 12.0)
    assert np.std(errors, axis=(0, 1)) == pytest.approx([rounded] * 3, rel=0.03)
    assert np.abs(np.mean(errors, axis=(0, 1))).max() < 0.1


@pytest.mark.parametrize("level", [0, 255])
def test_noise_never_wraps_round(level: int) -> None:
    settings = SimulationSettings(color=ColorErrors(noise=20.0))
    image = photographed(np.full_like(GREY, level), settings, FRAME)
    assert np.abs(image.astype(int) - level).max() < 128
    assert np.mean(image == level) > 0.4


def test_noise_belongs_to_seed_camera_and_frame_alone() -> None:
    seeds = [(1, Source.CAMERA_0, 0), (1, Source.CAMERA_0, 1), (1, Source.CAMERA_1, 0),
             (2, Source.CAMERA_0, 0)]  # fmt: skip
    forwards = [photographed(GREY, SimulationSettings(), seed).tobytes() for seed in seeds]
    again = [photographed(GREY, SimulationSettings(), seed).tobytes() for seed in seeds[::-1]]
    assert forwards == again[::-1]
    assert len(set(forwards)) == len(seeds)
