"""Options with ranges, and misuse that argparse alone does not see."""

import argparse
from collections.abc import Callable
from math import isfinite


class UsageError(Exception):
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
