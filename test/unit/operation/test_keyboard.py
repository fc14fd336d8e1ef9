import os
import pty
import sys
from collections.abc import Iterator

import pytest

from ballbot_fusion.operation.keyboard import keys, keys_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("w", ["w"]),
        ("\x1b[A\x1b[Aq", ["\x1b[A", "\x1b[A", "q"]),
        ("\x1bOA", ["\x1b[A"]),
        ("\x1b", ["\x1b"]),
        ("\x1b[1;5C ", ["\x1b[1;5C", " "]),
        ("", []),
    ],
)
def test_text_is_split_into_keys(text: str, found: list[str]) -> None:
    assert keys_in(text) == found


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The user's end of a terminal whose other end is standard input."""
    user, program = pty.openpty()
    with os.fdopen(program, "r") as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        yield user
    os.close(user)


def test_an_arrow_key_is_one_key_and_not_escape(terminal: int) -> None:
    with keys() as read:
        assert read() == []
        os.write(terminal, b"\x1b[A")
        assert read() == ["\x1b[A"]
        os.write(terminal, b"wwd")
        assert read() == ["w", "w", "d"]
        assert read() == []


def test_the_terminal_is_left_as_it_was(terminal: int) -> None:
    import termios

    before = termios.tcgetattr(sys.stdin.fileno())
    with keys():
        assert termios.tcgetattr(sys.stdin.fileno()) != before
    assert termios.tcgetattr(sys.stdin.fileno()) == before


def test_without_a_terminal_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    with open(os.devnull) as nowhere:  # noqa: PTH123 - a device
        monkeypatch.setattr(sys, "stdin", nowhere)
        with pytest.raises(RuntimeError, match=r"--vx 0\.3 --for 5"), keys():
            pass
