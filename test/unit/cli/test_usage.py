import argparse
from math import isfinite
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballbot_fusion.cli.usage import at_least, file_to_write, finite, json_to_write, positive


@given(st.integers(-5, 5), st.integers(-10, 10))
def test_at_least(low: int, value: int) -> None:
    if value >= low:
        assert at_least(low)(str(value)) == value
    else:
        with pytest.raises(argparse.ArgumentTypeError, match=f"{low} or more"):
            at_least(low)(str(value))


@given(st.floats())
def test_finite_and_positive(value: float) -> None:
    if isfinite(value):
        assert finite(str(value)) == value
    else:
        with pytest.raises(argparse.ArgumentTypeError, match="finite"):
            finite(str(value))
    if isfinite(value) and value > 0.0:
        assert positive(str(value)) == value
    else:
        with pytest.raises(argparse.ArgumentTypeError, match="expected a"):
            positive(str(value))


@pytest.mark.parametrize("read", [at_least(0), finite, positive])
def test_words_are_no_numbers(read: object) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="'many'"):
        read("many")  # type: ignore[operator]


@pytest.mark.parametrize("place", [file_to_write(), json_to_write])
def test_the_folder_of_a_file_is_there_before_the_file(place, tmp_path: Path) -> None:
    wanted = tmp_path / "new" / "deep" / "out.json"
    assert place(str(wanted)) == str(wanted)
    assert list(wanted.parent.iterdir()) == []
    assert place(str(wanted)) == str(wanted)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (".", "is a folder"),
        ("file/out.png", "its folder cannot be made"),
        ("out.txt", "ends in .png or .jpg"),
    ],
)
def test_what_could_not_be_written_is_refused(name: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    place = file_to_write(*() if name == "." else (".png", ".jpg"))
    with pytest.raises(argparse.ArgumentTypeError, match=words):
        place(str(tmp_path / name))


def test_a_folder_that_may_not_be_written_in_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)  # root may write everywhere
    with pytest.raises(argparse.ArgumentTypeError, match="may not be written in"):
        file_to_write()(str(tmp_path / "out.json"))


def test_the_terminal_has_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert json_to_write("-") == "-"
    assert list(tmp_path.iterdir()) == []
