import json
from pathlib import Path

import pytest
from support.policies import SHORT_KEYS, exported

from ballbot_fusion.cli.main import main
from ballbot_fusion.core.spec import DEPLOYED_KEYS


def test_contract_and_observation_as_json(
    contrary: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["inspect", str(contrary), "--json", "-"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["contract"]["name"] == "contrary"
    assert found["contract"]["fused_features"] == 62
    assert len(found["contract"]["sha256"]) == 64
    rows = {row["key"]: row for row in found["observation"]}
    assert tuple(rows) == DEPLOYED_KEYS
    assert rows["orientation"]["features"] == "0:3"
    assert rows["rgbd_1"]["features"] == "35:55"
    assert rows["vel"]["unit"] == "m/s"
    assert rows["vel"]["stale_ms"] == pytest.approx(40.0)
    assert rows["command"]["stale_ms"] is None


def test_tables_for_people(contrary: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(contrary)]) == 0
    written = capsys.readouterr()
    assert written.out == ""
    assert "control_rate_hz" in written.err
    assert all(key in written.err for key in DEPLOYED_KEYS)


def test_features_of_a_policy_that_does_more_than_concatenate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its features are counted in the file, and lie nowhere in particular."""
    path = tmp_path / "attention.onnx"
    path.write_bytes(exported(SHORT_KEYS, "attention").SerializeToString())
    assert main(["inspect", str(path), "--json", "-"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["contract"]["fused_features"] == 11 + 16
    assert {row["features"] for row in found["observation"]} == {None}


def test_a_truncated_file_is_refused_in_words(
    contrary: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "half.onnx").write_bytes(contrary.read_bytes()[:10_000])
    assert main(["inspect", str(tmp_path / "half.onnx")]) == 1
    assert "not a whole ONNX file (10000 bytes" in capsys.readouterr().err


def test_what_cannot_be_looked_at_is_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["inspect", str(tmp_path)]) == 1
    assert "is no recording" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["inspect", "default", "--policy", "seed55"])
    assert "--policy is asked about a recording" in capsys.readouterr().err
