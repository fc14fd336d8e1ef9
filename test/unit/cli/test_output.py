import json
from pathlib import Path

import pytest
from rich.console import Console

from ballbot_fusion.cli.output import progress, table, write_json

DATA = {"a": [1, 2.5, None, True]}


def test_json_goes_to_the_terminal_alone(capsys: pytest.CaptureFixture[str]) -> None:
    write_json("-", DATA)
    written = capsys.readouterr()
    assert json.loads(written.out) == DATA
    assert written.err == ""


def test_json_goes_to_a_file_and_leaves_nothing_else(tmp_path: Path) -> None:
    write_json(str(tmp_path / "out.json"), DATA)
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]
    assert json.loads((tmp_path / "out.json").read_text()) == DATA


def test_no_json_is_written_unless_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    write_json(None, DATA)
    assert capsys.readouterr().out == ""


def test_a_folder_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_json(str(tmp_path / "none" / "out.json"), DATA)


def printed(width: int, *row: object) -> str:
    console = Console(width=width)
    with console.capture() as capture:
        console.print(table("t", [f"c{i}" for i in range(len(row))], [row]))
    return capture.get()


def test_cells_are_plain() -> None:
    text = printed(120, None, True, False, 0.123456, [1, None], "word", 7)
    for cell in ("-", "yes", "no", "0.1235", "[1, null]", "word", "7"):
        assert f" {cell} " in text


def test_long_cells_are_folded_and_not_cut() -> None:
    text = printed(24, "abcdefghijklmnopqrstuvwxyz")
    assert "…" not in text
    assert "".join(c for c in text if c in "abcdefghijklmnopqrstuvwxyz").endswith("xyz")


def test_progress_shows_rate_and_time_left(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("s") as bar:
        task = bar.add_task("simulated", total=2, note="loss 0.5")
        bar.advance(task, 2)
    text = capsys.readouterr().err
    assert "2/2" in text
    assert "loss 0.5" in text
