import json
import re
import shutil
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from ballbot_fusion.cli.main import main
from ballbot_fusion.evaluation.campaign.page import BEGIN, END, PICTURES, read_result, with_campaign
from ballbot_fusion.evaluation.campaign.picture import picture_names, save_pictures
from ballbot_fusion.evaluation.campaign.tables import NOTHING, TABLES

ROOT = Path(__file__).parents[4]
RESULTS, PAGE = ROOT / "docs" / "results", ROOT / "docs" / "fault_report.md"
EMPTY: dict[str, Any] = {
    "policy": "default", "policy_sha256": "a" * 64, "seed": 10_000, "seeds": 2, "rows": [],
    "stages": {}, "failures": [], "drives": {"cases": {"planned": 9, "driven": 0}},
    "provenance": {"command": "ballbot campaign", "revision": "abc", "date": "2026-11-26"},
}  # fmt: skip


def block(name: str, result: dict[str, Any]) -> str:
    page = f"{BEGIN.format(name=name)}\nold\n{END.format(name=name)}\n"
    return with_campaign(page, result, Path("pictures"))


@pytest.mark.parametrize("name", [*TABLES, PICTURES])
def test_every_block_can_be_made_of_nothing(name: str) -> None:
    made = block(name, EMPTY)
    assert "old" not in made
    if name not in ("origin", "failures", PICTURES):
        assert NOTHING in made


def test_it_says_how_much_of_the_plan_there_is() -> None:
    assert "cases: 0 of 9 drives" in block("origin", EMPTY)
    assert "seeds 10000 to 10001" in block("origin", EMPTY)


def test_an_unknown_block_is_named() -> None:
    with pytest.raises(ValueError, match=r"No block 'faults moon'.*faults rough"):
        block("faults moon", EMPTY)


def test_pictures_are_drawn_for_the_sensors_that_were_silent(tmp_path: Path) -> None:
    points = [
        {"sensor": "imu", "answer": answer, "length_s": length, "n": 2, "survived": survived,
         "low": 0.3 * survived, "high": 1.0}
        for answer in ("as shipped", "limits open")
        for length, survived in ((0.01, 1.0), (0.1, 0.5), (1.0, 0.0))
    ]  # fmt: skip
    limit = {"sensor": "imu", "what": "masked", "limit_s": 0.03}
    result = {**EMPTY, "stages": {"blackouts": points, "limits": [limit]}}
    assert save_pictures(result, tmp_path) == picture_names(result) == ["blackout_imu.png"]
    image = cv2.imread(str(tmp_path / "blackout_imu.png"))
    assert 0.01 < np.any(image != 255, axis=2).mean() < 0.5
    assert "](pictures/blackout_imu.png)" in block(PICTURES, result)
    table = block("blackouts", result)
    assert "| silent for | imu, as shipped | imu, limits open |" in table
    assert "| 100 ms | 50 % of 2 | 50 % of 2 |" in table


@pytest.mark.parametrize(
    ("name", "more", "said"),
    [
        ("soak", {"processes": 2}, "3600 s of simulated time, 300 faults (0 without effect), "),
        (
            "soak_graph",
            {"processes": 1, "driven": 13, "broke": [], "policy_share": 0.9,
             "real_time_factor": 0.999},
            "3600 s by the clock, 300 faults (0 without effect), ",
        ),
    ],
)  # fmt: skip
def test_each_soak_has_its_own_file_and_block(
    name: str, more: dict[str, Any], said: str, tmp_path: Path
) -> None:
    growth = {
        "what": "threads", "unit": "", "first": 14.0, "last": 14.0, "growth": 0.0, "least": 0.0,
        "most": 0.0, "tolerated": 0.5, "verdict": "steady",
    }  # fmt: skip
    found = {
        "simulated_s": 3600.0, "faults": 300, "without_effect": 0, "legs": 12, "falls": 1,
        "bad_commands": 0, "growth": [growth], "provenance": EMPTY["provenance"], **more,
    }  # fmt: skip
    (tmp_path / "campaign.json").write_text(json.dumps(EMPTY))
    (tmp_path / f"{name}.json").write_text(json.dumps(found))
    result = read_result(tmp_path)
    assert said in block(name, result)
    assert "| threads | 14  | 14  | +0  | +0 | 0.5  | steady |" in block(name, result)
    (other,) = {"soak", "soak_graph"} - {name}
    assert NOTHING in block(other, result)


def test_the_committed_page_says_what_the_committed_files_say() -> None:
    """`ballbot report docs/fault_report.md` makes it so."""
    text, result = PAGE.read_text(), read_result(RESULTS)
    assert with_campaign(text, result, Path(PAGE.stem)) == text
    assert all(BEGIN.format(name=name) in text for name in (*TABLES, PICTURES))
    linked = re.findall(r"\]\((\S+\.png)\)", text)
    assert {Path(name).name for name in linked} == set(picture_names(result))
    assert all((PAGE.parent / name).is_file() for name in linked)


def test_the_committed_result_says_where_it_comes_from() -> None:
    result = json.loads((RESULTS / "campaign.json").read_text())
    assert "+changes" not in result["provenance"]["revision"]
    assert len(result["policy_sha256"]) == 64
    assert result["seeds"] >= 1
    assert not re.search(r'[" ]/[a-z]', (RESULTS / "campaign.json").read_text())


def test_check_notices_a_figure_that_somebody_edited(tmp_path: Path) -> None:
    page, options = tmp_path / PAGE.name, ["--results", str(RESULTS)]
    shutil.copytree(PAGE.parent / PAGE.stem, tmp_path / PAGE.stem)
    page.write_text(PAGE.read_text())
    assert main(["report", str(page), *options, "--check"]) == 0
    page.write_text(PAGE.read_text().replace("| 100 %", "| 99 %", 1))
    assert main(["report", str(page), *options, "--check"]) == 1
    assert main(["report", str(page), *options]) == 0
    assert page.read_text() == PAGE.read_text()
    next((tmp_path / PAGE.stem).glob("*.png")).unlink()
    assert main(["report", str(page), *options, "--check"]) == 1
