"""Results with one line per case say what the rows say, and pages are made of them."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.pages import check_tells

from ballbot_fusion.evaluation.case_table import table, with_cases
from ballbot_fusion.evaluation.results import at_most, report, share

ORIGIN = {"command": "ballbot eval", "revision": "0123456789ab", "date": "2026-11-25"}
ROOT = Path(__file__).parents[3]
PAGE = "Text.\n<!-- cases: motors -->\nold\n<!-- end of cases: motors -->\nMore.\n"


def result() -> dict[str, Any]:
    rows = [
        share("flat, 0 degrees", "upright", [True] * 20, 1.0),
        at_most("flat, 0 degrees", "vel_tracking_rmse", [0.25] * 20, 0.08),
        share("flat, 3 degrees", "upright", [False] * 20, None),
        share("flat, 2 degrees", "upright", [True] * 19 + [False], 1.0),
        at_most("flat, 2 degrees", "vel_tracking_rmse", [0.5], None),
    ]
    return report("motors", "concat", 7, rows, policy_sha256="f" * 64, provenance=ORIGIN)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "motors.json").write_text(json.dumps(result()))
    return tmp_path


def test_a_case_is_a_line_with_intervals_and_goals() -> None:
    head, _, header, _, *lines = table(result()).splitlines()
    assert "`ballbot eval`, policy concat (ffffffffffff)" in head
    assert header == "| case | n | upright | vel_tracking_rmse |"
    assert lines == [
        "| flat, 0 degrees | 20 | 1 (0.8389 to 1), goal 1: yes | "
        "0.25 (0.25 to 0.25), goal 0.08: **no** |",
        "| flat, 3 degrees | 20 | 0 (0 to 0.1611) |  |",
        "| flat, 2 degrees | 20 | 0.95 (0.7639 to 0.9911), goal 1: **no** | 0.5 (n = 1) |",
    ]


def test_only_what_stands_between_the_marks_changes(folder: Path) -> None:
    page = with_cases(PAGE, folder)
    assert page == PAGE.replace("old", table(result()))
    assert with_cases(page, folder) == page


def test_check_writes_nothing_and_fails_when_it_differs(folder: Path) -> None:
    check_tells(folder, PAGE)


def test_a_missing_end_and_a_missing_file_are_named(folder: Path) -> None:
    with pytest.raises(ValueError, match="Add that line"):
        with_cases("<!-- cases: motors -->", folder)
    with pytest.raises(OSError, match=r"track\.json"):
        with_cases(PAGE.replace("motors", "track"), folder)


def test_the_committed_page_says_what_the_committed_results_say() -> None:
    text = (ROOT / "docs" / "bring_up.md").read_text()
    assert text.count("<!-- cases: ") >= 6
    assert with_cases(text, ROOT / "docs" / "results") == text
