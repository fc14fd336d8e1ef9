"""What a check says."""

from enum import Enum
from typing import Any, NamedTuple


class State(Enum):
    """How a check ended."""

    OK = "ok"
    FAILED = "failed"
    UNKNOWN = "cannot tell"


class Finding(NamedTuple):
    """One line of the doctor's table."""

    check: str
    """What was looked at, such as ``rate``."""
    subject: str
    """Of what: a topic, a camera, a wheel."""
    state: State
    found: str
    expected: str = ""
    parameter: str = ""
    """What to change: a key of the robot file, a launch argument, a parameter of a node."""
    cure: str = ""
    """How."""

    def plain(self) -> dict[str, Any]:
        """Return it as data for JSON."""
        return {**self._asdict(), "state": self.state.value}


def passed(check: str, subject: str, found: str, expected: str = "") -> Finding:
    """Return that all is well."""
    return Finding(check, subject, State.OK, found, expected)


def unknown(check: str, subject: str, why: str, cure: str = "") -> Finding:
    """Return that nobody can tell, and why."""
    return Finding(check, subject, State.UNKNOWN, why, cure=cure)


def failed(
    check: str, subject: str, found: str, expected: str, parameter: str, cure: str
) -> Finding:
    """Return what is wrong, and the parameter that makes it right."""
    return Finding(check, subject, State.FAILED, found, expected, parameter, cure)
