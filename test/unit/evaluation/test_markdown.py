"""Tables of reports are made from committed results, and nothing else."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from support.pages import check_tells

from ballbot_fusion.evaluation.markdown import filled, table
from ballbot_fusion.evaluation.results import at_most, report, share

ROOT = Path(__file__).parents[3]
PAGES = ["models/README.md", "docs/recording.md", "docs/dashboard.md"]
ORIGIN = {"command": "ballbot eval", "revision": "0123456789ab", "date": "2026-11-25"}
PAGE = "Text.\n<!-- results: balance -->\nold\n<!-- end of results: balance -->\nMore.\n"


def result(seed: int = 7) -> dict[str, Any]:
    rows = [
        share("flat", "upright", [True] * 99 + [False], 1.0),
        at_most("flat", "max_tilt_deg", [4.0], None),
    ]
    return report("balance", "concat", seed, rows, policy_sha256="f" * 64, provenance=ORIGIN)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "balance.json").write_text(json.dumps(result()))
    return tmp_path


def test_a_table_says_where_it_comes_from_and_what_was_missed() -> None:
    text = table(result())
    assert "ballbot eval" in text
    assert "0123456789ab" in text
    assert "| flat | upright | 100 | 0.99 | 0.9455 to 0.9982 | 1 | **no** |" in text
    assert "| flat | max_tilt_deg | 1 | 4 |  |  |  |" in text


def test_only_what_stands_between_the_marks_changes(folder: Path) -> None:
    page = filled(PAGE, folder)
    assert page.startswith("Text.\n<!-- results: balance -->\n")
    assert page.endswith("\n<!-- end of results: balance -->\nMore.\n")
    assert table(result()) in page
    assert "old" not in page
    assert filled(page, folder) == page


def test_a_missing_end_and_a_missing_file_are_named(folder: Path) -> None:
    with pytest.raises(ValueError, match="Add that line"):
        filled("<!-- results: balance -->", folder)
    with pytest.raises(OSError, match=r"track\.json"):
        filled(PAGE.replace("balance", "track"), folder)


def test_check_writes_nothing_and_fails_when_it_differs(folder: Path) -> None:
    check_tells(folder, PAGE)


@pytest.mark.parametrize("page", PAGES)
def test_committed_pages_say_what_the_committed_results_say(page: str) -> None:
    text = (ROOT / page).read_text()
    assert "<!-- results: " in text
    assert filled(text, ROOT / "docs" / "results") == text


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "results").glob("*.json")), ids=str)
def test_committed_results_come_from_clean_revisions(path: Path) -> None:
    """And no machine's folders stand in them."""
    found = json.loads(path.read_text())
    assert "+changes" not in found["provenance"]["revision"]
    assert found["rows"]
    assert not re.search(r'[" ]/[a-z]', path.read_text())
