from pathlib import Path

import cv2
import numpy as np
import pytest

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.rendering.renderer import RendererError
from ballbot_fusion.simulation.rendering.view import render_view, save_view
from ballbot_fusion.simulation.simulation import Simulation
from ballbot_fusion.simulation.terrain import make_terrain


@pytest.fixture
def simulation() -> Simulation:
    simulation = Simulation(RobotConfig(), make_terrain("flat", 0), seed=1)
    try:
        render_view(simulation, 16, 16)
    except RendererError as error:
        pytest.skip(f"OpenGL does not work here: {error}")
    return simulation


def test_the_robot_stands_in_the_middle_and_nothing_is_disturbed(simulation: Simulation) -> None:
    before = simulation.state_bytes()
    picture = render_view(simulation, 320, 200)
    assert picture.shape == (200, 320, 3)
    assert picture.dtype == np.uint8
    assert picture[95, 155:165].min() < 90 or picture[95, 155:165].max() > 200  # visor or hull
    assert not np.array_equal(picture[95, 160], picture[95, 20])
    assert simulation.state_bytes() == before


def test_it_follows_the_robot(simulation: Simulation) -> None:
    here = render_view(simulation, 320, 200)
    simulation.data.qpos[:2] += 1.0  # one tile and its neighbour: the pattern repeats every metre
    simulation.hold()
    there = render_view(simulation, 320, 200)
    assert np.mean(np.abs(here.astype(int) - there)) < 3.0


def test_it_is_written_as_a_picture(simulation: Simulation, tmp_path: Path) -> None:
    save_view(simulation, tmp_path / "robot.png")
    written = cv2.imread(str(tmp_path / "robot.png"))
    assert written.shape == (800, 1280, 3)


@pytest.mark.parametrize("name", ["missing/robot.png", "robot.sketch"])
def test_a_path_that_cannot_be_written_is_an_error(
    simulation: Simulation, tmp_path: Path, name: str
) -> None:
    with pytest.raises(OSError, match="Cannot write"):
        save_view(simulation, tmp_path / name)
