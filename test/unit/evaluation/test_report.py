import json
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from ballbot_fusion.evaluation.markdown import filled, table
from ballbot_fusion.evaluation.plots import PlotError
from ballbot_fusion.evaluation.report import check_folder, write_report
from ballbot_fusion.evaluation.results import at_most, report, share


def result() -> dict[str, Any]:
    rows = [
        share("flat", "upright", [True] * 40, 1.0),
        share("rough", "upright", [True] * 30 + [False] * 10, 0.99),
        share("flat (blind)", "upright", [False] * 40, None),
        at_most("flat, steps", "vel_tracking_rmse", [0.05, 0.06, 0.09], 0.08),
    ]
    origin = {"command": "ballbot eval", "revision": "abc", "date": "2026-01-01"}
    return report("track", "default", 10_000, rows, policy_sha256=None, provenance=origin)


def test_a_report_has_the_data_the_table_and_a_picture_per_metric(tmp_path: Path) -> None:
    page = write_report(result(), tmp_path / "new" / "folder")
    folder = page.parent
    assert sorted(path.name for path in folder.iterdir()) == [
        "track.json", "track.md", "track_upright.png", "track_vel_tracking_rmse.png",
    ]  # fmt: skip
    assert json.loads((folder / "track.json").read_text()) == json.loads(json.dumps(result()))
    text = page.read_text()
    assert table(result()) in text
    assert all(f"]({path.name})" in text for path in folder.glob("*.png"))


def test_the_table_is_regenerated_as_it_was(tmp_path: Path) -> None:
    page = write_report(result(), tmp_path)
    before = page.read_text()
    assert filled(before, tmp_path) == before
    emptied = before.replace("| rough | upright | 40 | 0.75 |", "")
    assert filled(emptied, tmp_path) == before != emptied


def test_pictures_show_something(tmp_path: Path) -> None:
    write_report(result(), tmp_path)
    for path in tmp_path.glob("*.png"):
        image = cv2.imread(str(path))
        assert min(image.shape[:2]) > 100
        inked = np.any(image != 255, axis=2)
        assert 0.005 < inked.mean() < 0.5
        # Green, red and blue points: met, missed, without a goal.
        colours = {tuple(pixel) for pixel in image[inked].tolist()}
        expected = {(44, 160, 44), (40, 39, 214), (180, 119, 31)}  # blue, green, red
        assert colours & expected == (expected if "upright" in path.name else {(44, 160, 44)})


def test_without_matplotlib_it_says_what_to_do_before_any_episode(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(PlotError, match=r"need matplotlib.*--extra train"):
        check_folder(tmp_path / "report")
    assert not (tmp_path / "report").exists()
