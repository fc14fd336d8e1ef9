"""`ballbot inspect RECORDING`, from the recording to the page."""

import json
from pathlib import Path

import pytest

from ballbot_fusion.cli.main import main


def test_a_recording_as_tables_json_and_page(
    inspected_bag: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    html, data = tmp_path / "report.html", tmp_path / "found.json"
    assert main(["inspect", str(inspected_bag), "--html", str(html), "--json", str(data)]) == 0
    found = json.loads(data.read_text())
    assert found["recording"]["replayed"] > 300
    assert found["contract"]["sha256"] == found["policy"]["sha256"]
    written = capsys.readouterr().err
    assert all(text in written for text in ("observed beside training", "masks", "permuted"))
    assert html.read_text().startswith("<!doctype html>")
