"""Lists of doubles that hold more than doubles: exact times, counts, and how to read them back."""

from collections.abc import Sequence
from itertools import islice

_SECOND = 1_000_000_000
_LARGEST = 2.0**53
"""Integers are exact in a double up to here."""


def time_numbers(nanoseconds: int) -> tuple[float, float]:
    """Write a time as two doubles, seconds and nanoseconds: exact for every clock's epoch."""
    seconds, rest = divmod(nanoseconds, _SECOND)
    return float(seconds), float(rest)


class NumberReader:
    """Reads a list of doubles from its beginning to its end.

    Raises:
        ValueError: from every method, when the numbers cannot be what is asked for.
    """

    def __init__(self, values: Sequence[float], what: str) -> None:
        """Read ``values``; ``what`` names them in errors."""
        self._values, self._what, self._total = iter(values), what, len(values)
        self._at = 0

    def floats(self, count: int) -> tuple[float, ...]:
        """Return the next ``count`` numbers as they are."""
        taken = tuple(islice(self._values, count))
        self._at += len(taken)
        if len(taken) < count:
            raise ValueError(
                f"{self._what} ends after {self._total} numbers, expected {count - len(taken)} or "
                "more behind them. Record it again; this one is cut short."
            )
        return taken

    def integer(self) -> int:
        """Return the next number, which must be an integer."""
        (value,) = self.floats(1)
        if not abs(value) <= _LARGEST or value != int(value):
            raise ValueError(
                f"{self._what} has {value!r} at position {self._at - 1}, expected an integer. It "
                "was not written by this version, or was damaged."
            )
        return int(value)

    def count(self) -> int:
        """Return the next number, which must be a count of numbers or groups that follow."""
        value = self.integer()
        if not 0 <= value <= self._total:
            raise ValueError(
                f"{self._what} announces {value} entries at position {self._at - 1}, but has "
                f"{self._total} numbers in all. It is damaged."
            )
        return value

    def time(self) -> int:
        """Return the time in the next two numbers, ns."""
        return self.integer() * _SECOND + self.integer()

    def finish(self) -> None:
        """Make sure that nothing is left."""
        if self._at != self._total:
            raise ValueError(
                f"{self._what} should have {self._at} numbers, found {self._total}. It was not "
                "written by this version, or was damaged."
            )
