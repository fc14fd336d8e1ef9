"""What people's hands do to an armed robot, and what a wrong cable does when it is armed.

None of it is a fault of a stream while the robot drives: these rows have a table of their own.
"""

from dataclasses import dataclass

STOPS = "torques zero at once, FAULT latched: the robot falls unless somebody holds it"
RELEASED = "release it, put the robot upright, arm"
AGAIN = "bring it back, put the robot upright, arm"
STOP_WITHIN_S = 0.02
"""From what is heard to zero torque, s."""


@dataclass(frozen=True)
class Row:
    """One thing that an operator does, or fails to do, once the robot is armed."""

    name: str
    """In words."""
    noticed: str
    """How, and in what time."""
    said: str
    """How the reason begins that safety/state's diagnostics show, or a part of it."""
    recovers: str
    does: str = STOPS
    refuses: bool = True
    """Whether it also keeps the robot from being armed."""


_PROMPT = f"motors at zero within {STOP_WITHIN_S * 1e3:.0f} ms"
_SILENT = "after {} without a word; " + _PROMPT
PEOPLE = (
    Row("`e_stop` true", _PROMPT, "emergency stop pressed", RELEASED),
    Row(
        "`e_stop` true for less than a control period, then false",
        _PROMPT,
        "emergency stop pressed",
        RELEASED,
        refuses=False,
    ),
    Row(
        "`e_stop` silent, where `e_stop.required`",
        _SILENT.format("`e_stop.heartbeat_s`"),
        "emergency stop button: no heartbeat for",
        AGAIN,
    ),
    Row(
        "service `safety/e_stop`",
        _PROMPT,
        "emergency stop by service",
        "put the robot upright, arm",
        refuses=False,
    ),
    Row("gamepad: emergency stop pressed", _PROMPT, "stop pressed on the gamepad", RELEASED),
    Row(
        "gamepad: silent, where it is `used`",
        _SILENT.format("`gamepad.silence_s`"),
        "gamepad: no heartbeat for",
        AGAIN,
    ),
    Row(
        "gamepad: deadman's button let go, where `gamepad.deadman`",
        _PROMPT,
        "is not held",
        "hold it, put the robot upright, arm",
    ),
    Row(
        "gamepad: another one, with too few buttons",
        _PROMPT,
        "they count from 0",
        "correct the numbers in config/safety.yaml",
    ),
)
"""All rows."""
