"""Options with ranges, and misuse that argparse alone does not see."""

import argparse
import os
from collections.abc import Callable
from math import isfinite
from pathlib import Path


class UsageError(argparse.ArgumentTypeError):
    """Options that do not go together: reported as argparse reports its own, exit code 2."""


def at_least(low: int) -> Callable[[str], int]:
    """Return an argparse type: a whole number of ``low`` or more."""

    def whole(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = low - 1
        if value < low:
            raise argparse.ArgumentTypeError(f"{text!r}: expected a whole number, {low} or more")
        return value

    return whole


def finite(text: str) -> float:
    """Read a finite number."""
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        raise argparse.ArgumentTypeError(f"{text!r}: expected a finite number")
    return value


def positive(text: str) -> float:
    """Read a finite number above zero."""
    value = finite(text)
    if value <= 0.0:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a number above 0")
    return value


def not_negative(text: str) -> float:
    """Read a finite number, zero or more."""
    value = finite(text)
    if value < 0.0:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a number, 0 or more")
    return value


def file_to_write(*endings: str) -> Callable[[str], str]:
    """Return an argparse type: a file that is written at the end, which may be hours away.

    Its folder is made at once where it is missing, and what could not be written is refused.
    ``endings`` are those that the name may have; without any, it may have every one.
    """

    def place(text: str) -> str:
        path = Path(text)
        if endings and path.suffix not in endings:
            raise UsageError(f"{text!r}: expected a name that ends in {' or '.join(endings)}")
        if path.is_dir():
            raise UsageError(f"{text!r} is a folder: expected the name of a file")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{text!r}: its folder cannot be made: {error}") from None
        if not os.access(path.parent, os.W_OK):
            raise UsageError(f"{text!r}: {path.parent} may not be written in; name another folder")
        return text

    return place


def json_to_write(text: str) -> str:
    """Read the target of --json: as ``file_to_write``, or ``-``, the terminal."""
    return text if text == "-" else file_to_write()(text)


def refuse_no_file(policy: str) -> None:
    """Refuse what drives without a policy file, such as ``lqr``: the graph runs nothing else."""
    from ballbot_fusion.evaluation.scenario import NO_FILES

    if policy in NO_FILES:
        raise UsageError(f"--policy {policy}: the graph runs policy files only")
