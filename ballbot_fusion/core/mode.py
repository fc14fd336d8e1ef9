"""Who drives: apart from safety.py, for those who only listen to it."""

from enum import StrEnum


class Mode(StrEnum):
    """State of the safety node; the value is what ``safety/state`` says."""

    DISARMED = "DISARMED"
    ARMED = "ARMED"
    FALLBACK = "FALLBACK"
    FAULT = "FAULT"


BALANCING = (Mode.ARMED, Mode.FALLBACK)
"""The motors get torques."""
