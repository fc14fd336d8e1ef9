"""`ballbot calibrate` before and after it listens: misuse, wrong files, and what it writes."""

import argparse
import os
import pty
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ballbot_fusion.calibration.outcome import Change, Figure, Outcome
from ballbot_fusion.cli import calibrate_verb
from ballbot_fusion.cli.main import MISUSED, main
from ballbot_fusion.core.robot import load_robot

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


@contextmanager
def at_terminal(typed: bytes) -> Iterator[int]:
    """Somebody has typed; the user's end of standard input and error.

    Within a test: pytest changes both between the phases of one.
    """
    user, program = pty.openpty()
    with (
        os.fdopen(program, "r") as stdin,
        os.fdopen(os.dup(program), "w") as stderr,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(sys, "stdin", stdin)
        patch.setattr(sys, "stderr", stderr)
        patch.setenv("TERM", "dumb")
        os.write(user, typed)
        yield user
    os.close(user)


@pytest.fixture
def owners(tmp_path: Path) -> Path:
    path = tmp_path / "robot.yaml"
    path.write_text("imu:\n  rpy_deg: [180.0, 0.0, 90.0]  # as it is screwed on\n")
    return path


def said(user: int) -> str:
    text = b""
    while select.select([user], [], [], 0.0)[0]:
        text += os.read(user, 4096)
    return text.decode()


def written(path: Path, write: bool = False) -> str | None:
    given = argparse.Namespace(write=write)
    return calibrate_verb._written(path, OUTCOME.change, given)


@pytest.mark.parametrize("answer", [b"y\n", b"Y\n", b" yes \n"])
def test_yes_at_the_terminal_writes_and_keeps_the_old_file(answer: bytes, owners: Path) -> None:
    before = owners.read_text()
    with at_terminal(answer) as user:
        kept = written(owners)
        words = said(user)
    assert kept is not None
    assert Path(kept).read_text() == before
    assert load_robot(str(owners)).imu.rpy_deg == (180.5, -0.4, 90.0)
    assert "# as it is screwed on" in owners.read_text()
    assert "Write it into" in words
    assert "y/N" in words


@pytest.mark.parametrize("answer", [b"n\n", b"\n", b"yep\n", b"\x04"])
def test_all_else_writes_nothing(answer: bytes, owners: Path) -> None:
    before = owners.read_text()
    with at_terminal(answer) as user:
        assert written(owners) is None
        words = said(user)
    assert "y/N" in words
    assert "Nothing was written" in words
    assert owners.read_text() == before
    assert list(owners.parent.iterdir()) == [owners]


def test_told_to_write_it_does_not_ask(owners: Path) -> None:
    with at_terminal(b"n\n") as user:
        assert written(owners, write=True) is not None
        assert "y/N" not in said(user)


def test_who_pipes_into_it_is_not_asked(monkeypatch: pytest.MonkeyPatch, owners: Path) -> None:
    """Standard error may still be a terminal: an answer would come from whatever is piped."""
    with at_terminal(b"") as user, Path("/dev/null").open() as nobody:
        monkeypatch.setattr(sys, "stdin", nobody)
        assert written(owners) is None
        assert "y/N" not in said(user)


def test_misplaced_options_of_examine_are_refused(capsys) -> None:  # type: ignore[no-untyped-def]
    for options in (["--calibration", "--pairs"], ["--turn"], ["--drivetrain", "rollers"]):
        with pytest.raises(SystemExit):
            main(["examine", *options])
        assert "--calibration" in capsys.readouterr().err
