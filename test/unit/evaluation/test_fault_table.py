from pathlib import Path

import pytest

from ballbot_fusion.cli.main import main
from ballbot_fusion.core.reactions import LATCHES, POLICY_REACTIONS, REACTIONS, Does, Reaction
from ballbot_fusion.core.reactions.words import WORDS, in_words
from ballbot_fusion.core.samples import Source
from ballbot_fusion.evaluation.fault_table import (
    BEGIN,
    END,
    POLICY,
    SECTIONS,
    SEVERAL,
    table,
    table_of_policy,
    with_faults,
)
from ballbot_fusion.simulation.faults import FAULTS

PAGE = Path(__file__).parents[3] / "docs" / "faults.md"
ROWS = [row for rows in REACTIONS.values() for row in rows]


def test_the_committed_page_says_what_the_table_says() -> None:
    text = PAGE.read_text()
    assert with_faults(text) == text
    assert all(BEGIN.format(name=name) in text for name in (*SECTIONS, SEVERAL, POLICY))


def test_check_notices_a_row_that_somebody_edited(tmp_path: Path) -> None:
    page = tmp_path / "faults.md"
    page.write_text(PAGE.read_text().replace("SILENT within 35 ms", "SILENT within 5 ms"))
    assert main(["report", str(page), "--check"]) == 1
    assert main(["report", str(page)]) == 0
    assert page.read_text() == PAGE.read_text()
    assert main(["report", str(page), "--check"]) == 0


@pytest.mark.parametrize("source", SECTIONS.values())
def test_a_table_has_every_kind_of_its_stream_and_cells_in_every_column(source: Source) -> None:
    lines = table(source).splitlines()
    assert {line.count("|") for line in lines} == {9}
    assert all(cell.strip() for line in lines for cell in line.split("|")[1:-1])
    for row in REACTIONS[source]:
        assert any(f"`{row.kind}`" in line for line in lines)


def test_the_policys_table_has_every_kind_and_cells_in_every_column() -> None:
    lines = table_of_policy().splitlines()
    assert len(lines) > len({row.kind for row in POLICY_REACTIONS}) + 2
    for row in POLICY_REACTIONS:
        assert any(f"`{row.kind}`" in line for line in lines)
    assert {line.count("|") for line in lines} == {9}
    assert all(cell.strip() for line in lines for cell in line.split("|")[1:-1])


def test_marks_without_an_end_and_unknown_sections_are_named() -> None:
    with pytest.raises(ValueError, match="Add that line"):
        with_faults(BEGIN.format(name="imu"))
    with pytest.raises(ValueError, match="No faults of 'lidar'; write one of imu, encoders"):
        with_faults(BEGIN.format(name="lidar") + END.format(name="lidar"))


def test_every_kind_has_words() -> None:
    assert set(WORDS) == set(FAULTS)


@pytest.mark.parametrize(
    ("kind", "size", "why"),
    [
        ("lost", None, "has no words"),
        ("late", None, "needs a size"),
        ("missing", 3.0, "has no size, found 3"),
    ],
)
def test_words_that_do_not_fit_are_refused(kind: str, size: float | None, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        in_words(kind, size)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_rows_do_not_contradict_themselves(row: Reaction) -> None:
    assert row.masks == (row.within_s > 0.0)
    assert not row.masks or row.reasons
    assert (row.upright is None) == (row.does in {*LATCHES, Does.MAY_FALL})
    assert (row.does in LATCHES) == (row.faults_within_s < 10.0)
