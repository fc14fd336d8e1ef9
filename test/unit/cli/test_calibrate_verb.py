"""`ballbot calibrate` before anybody listens: what is misused, and what is no robot file."""

from pathlib import Path

import pytest

from ballbot_fusion.calibration.outcome import Change, Figure, Outcome
from ballbot_fusion.cli import calibrate_verb
from ballbot_fusion.cli.main import MISUSED, main

OUTCOME = Outcome(
    "gravity", (Figure("lean towards +x as sensed", 1.2345678, 0.0123, "deg"),),
    Change("imu.rpy_deg", (180.0, 0.0, 90.0), (180.5, -0.4, 90.0)), ("As true as the level.",),
)  # fmt: skip


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["wheels"], "wheels needs it"),
        (["imu", "--distance", "1.0"], "belongs to wheels"),
        (["imu", "--turn"], "--turn belongs to balance"),
        (["luck"], "invalid choice: 'luck'"),
        (["wheels", "--distance", "-1"], "a number above 0"),
    ],
)
def test_misuse_is_said(options: list[str], words: str, capsys, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(SystemExit) as ended:
        main(["calibrate", *options, "--robot", str(tmp_path / "robot.yaml")])
    assert ended.value.code == MISUSED
    assert words in capsys.readouterr().err


def test_a_robot_file_that_is_none_is_refused_before_anything_is_measured(
    capsys, tmp_path: Path
) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "robot.yaml"
    path.write_text("imu: {gyro_bias: [9.0, 0.0, 0.0]}\n")
    assert main(["calibrate", "imu", "--robot", str(path)]) == 1
    assert "imu.gyro_bias.0" in capsys.readouterr().err


def test_what_was_found_is_shown_with_old_and_new(capsys) -> None:  # type: ignore[no-untyped-def]
    calibrate_verb._show(OUTCOME)
    said = capsys.readouterr().err
    assert "lean towards +x as sensed: 1.235 ± 0.012 deg" in said
    assert "imu.rpy_deg: [180, 0, 90] -> [180.5, -0.4, 90]" in said
    assert "As true as the level." in said


def test_misplaced_options_of_examine_are_refused(capsys) -> None:  # type: ignore[no-untyped-def]
    for options in (["--calibration", "--pairs"], ["--turn"], ["--drivetrain", "rollers"]):
        with pytest.raises(SystemExit):
            main(["examine", *options])
        assert "--calibration" in capsys.readouterr().err
