"""What a calibration found, and what it would change."""

from collections.abc import Mapping
from typing import Any, NamedTuple

SIGMAS = 2.0
"""Uncertainties are this many standard deviations: nineteen times in twenty it is less."""
Value = float | tuple[float, ...]


class CalibrationRefusedError(ValueError):
    """The samples tell nothing. The text says what, found, expected, what to do."""


class Figure(NamedTuple):
    """Something measured."""

    name: str
    value: float
    uncertainty: float
    """Of the measurement alone; what it cannot know is among the remarks."""
    unit: str

    def words(self) -> str:
        """Write it for people, to two digits of its uncertainty."""
        return f"{self.name}: {self.value:.4g} ± {self.uncertainty:.2g} {self.unit}"


class Change(NamedTuple):
    """One value of the robot file."""

    key: str
    """Such as ``imu.gyro_bias``."""
    old: Value
    new: Value

    @property
    def differs(self) -> bool:
        """Whether there is anything to write."""
        return self.old != self.new


class Outcome(NamedTuple):
    """What one step found."""

    step: str
    figures: tuple[Figure, ...]
    change: Change
    remarks: tuple[str, ...] = ()

    def plain(self) -> Mapping[str, Any]:
        """Return it as data for JSON."""
        return {
            "step": self.step,
            "figures": [figure._asdict() for figure in self.figures],
            "change": self.change._asdict(),
            "remarks": list(self.remarks),
        }


def refused(what: str, found: str, expected: str, cure: str) -> CalibrationRefusedError:
    """Return the error of samples that tell nothing."""
    return CalibrationRefusedError(f"{what}: {found}, expected {expected}. {cure}")


def rounded(values: tuple[float, ...], digits: int) -> tuple[float, ...]:
    """Round as robot files are written; never minus zero."""
    return tuple(round(value, digits) + 0.0 for value in values)
