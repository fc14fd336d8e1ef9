"""Films and pictures of a run: frames that show the masks, files that a reader opens."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from ballbot_fusion.cli.main import main
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.tick import Tick
from ballbot_fusion.evaluation.film import FPS, GREEN, HEIGHT, RED, VIEW, WIDTH, Film, frame_of

KEYS = ("orientation", "rgbd_0", "rgbd_1")


def ticked(*reasons: Reason) -> Tick:
    image = np.full((1, 64, 64), 0.5, np.float32)
    observation = {"orientation": np.zeros(3, np.float32), "rgbd_0": image, "rgbd_1": image}
    unused: Any = None
    mask = np.array([reason is Reason.OK for reason in reasons], np.float32)
    return Tick(unused, observation, mask, reasons, unused, {}, frozenset())


def painted(frame: Any, colour: tuple[int, int, int]) -> int:
    return int((frame == colour).all(axis=2).sum())


def test_a_masked_camera_is_dark_and_red() -> None:
    view = np.zeros((VIEW[1], VIEW[0], 3), np.uint8)
    well = frame_of(view, ticked(Reason.OK, Reason.OK, Reason.OK), "words")
    ill = frame_of(view, ticked(Reason.OK, Reason.FROZEN, Reason.OK), "words")
    assert well.shape == ill.shape == (HEIGHT, WIDTH, 3)
    assert painted(well, RED) == 0 < painted(ill, RED)
    assert painted(ill, GREEN) < painted(well, GREEN)
    side = np.s_[: HEIGHT // 2, VIEW[0] :]
    assert ill[side].mean() < 0.6 * well[side].mean()
    lower = np.s_[HEIGHT // 2 :, VIEW[0] :]
    np.testing.assert_array_equal(ill[lower], well[lower])


def test_a_film_is_read_again_frame_by_frame(tmp_path: Path) -> None:
    film = Film(tmp_path / "film.mp4")
    for shade in (40, 120, 200):
        film.add(np.full((HEIGHT, WIDTH, 3), shade, np.uint8))
    film.close()
    reader = cv2.VideoCapture(str(tmp_path / "film.mp4"))
    assert reader.get(cv2.CAP_PROP_FPS) == FPS
    shades = []
    while (found := reader.read())[0]:
        shades.append(float(found[1].mean()))
    assert shades == pytest.approx([40, 120, 200], abs=6)


@pytest.mark.parametrize("name", ["film.avi", "missing/film.mp4"])
def test_a_film_that_cannot_be_written_is_refused_before_the_run(tmp_path: Path, name: str) -> None:
    with pytest.raises(OSError, match=r"ends in \.mp4"):
        Film(tmp_path / name)


def test_a_run_is_filmed_and_is_the_same_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    common = ["sim", "--policy", "lqr", "--no-cameras", "--seconds", "0.2", "--json"]
    video, plot = tmp_path / "run.mp4", tmp_path / "run.png"
    assert main([*common, str(tmp_path / "a"), "--video", str(video), "--plot", str(plot)]) == 0
    assert main([*common, str(tmp_path / "b")]) == 0
    filmed, plain = ((tmp_path / name).read_text().splitlines() for name in ("a", "b"))
    (line,) = [line for line in filmed if "trajectory_sha256" in line]
    assert line in plain
    reader = cv2.VideoCapture(str(video))
    assert 5 <= reader.get(cv2.CAP_PROP_FRAME_COUNT) <= 6
    assert cv2.imread(str(plot)).shape[0] > 500


def test_without_opengl_the_run_does_not_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A backend that needs a screen, where there is none."""
    monkeypatch.setattr("mujoco.gl_context.GLContext", None)
    video = tmp_path / "run.mp4"
    assert main(["sim", "--policy", "lqr", "--no-cameras", "--video", str(video)]) == 1
    assert "OpenGL does not work here" in capsys.readouterr().err
    assert not video.exists()
