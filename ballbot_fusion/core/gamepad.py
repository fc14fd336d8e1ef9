"""A gamepad in an operator's hands: emergency stop, deadman and arming (sensor_msgs/Joy).

It does not drive. Buttons are numbered as its driver numbers them (`ros2 topic echo joy`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, NamedTuple

from pydantic import Field, model_validator

from ballbot_fusion.core.estop import Ruling
from ballbot_fusion.core.heartbeat import Heartbeat
from ballbot_fusion.core.robot import Positive
from ballbot_fusion.core.settings import Settings

Button = Annotated[int, Field(ge=0, le=63)]
Buttons = Sequence[int]
"""Of one message: 0 = released."""


class GamepadSettings(Settings):
    """Which button does what. The numbers are those of an Xbox pad under Linux."""

    used: bool = False
    """A gamepad must be there: arming needs it, and motors stop when it falls silent."""
    silence_s: Positive = 0.5
    """Silence that is an emergency stop, s; joy_node repeats itself at autorepeat_rate, 20 Hz."""
    e_stop_button: Button = 1
    """Pressed = emergency stop."""
    deadman: bool = False
    """The deadman's button must be held for arming and ever after; released = emergency stop."""
    deadman_button: Button = 4
    """Where ``deadman`` is true: what must be held."""
    arming: bool = False
    """The arming button arms, as the service safety/arm does."""
    arm_button: Button = 7
    """Where ``arming`` is true: what is pressed to arm."""

    @property
    def names(self) -> dict[str, int]:
        """The buttons that are in use, by their parameters' names."""
        used = {"e_stop_button": self.e_stop_button}
        if self.deadman:
            used["deadman_button"] = self.deadman_button
        if self.arming:
            used["arm_button"] = self.arm_button
        return used

    @model_validator(mode="after")
    def _different(self) -> "GamepadSettings":
        if len(set(self.names.values())) < len(self.names):
            raise ValueError(f"each needs a button of its own: {self.names}")
        return self


class GamepadState(NamedTuple):
    """What is remembered of the gamepad."""

    buttons: tuple[int, ...] | None = None
    """As they were last; None: never heard."""
    beat: Heartbeat = Heartbeat()


@dataclass(frozen=True)
class Gamepad:
    """Judges the gamepad; all state is in GamepadState."""

    settings: GamepadSettings = field(default_factory=GamepadSettings)

    def step(
        self, state: GamepadState, heard: Sequence[Buttons], now_ns: int
    ) -> tuple[GamepadState, Ruling, bool]:
        """Take in the ``heard`` messages' buttons, oldest first, up to ``now_ns`` (steady).

        Returns:
            The state, what it demands, and whether somebody has just pressed to arm. Presses and
            releases between two steps count.
        """
        settings = self.settings
        if not settings.used:
            return state, Ruling(), False
        before, beat, stop, asks, let_go = state.buttons, state.beat, False, False, False
        for message in heard:
            buttons = tuple(message)
            stop |= self._down(buttons, settings.e_stop_button)
            let_go |= not self._down(buttons, settings.deadman_button)
            asks |= settings.arming and self._pressed(before, buttons, settings.arm_button)
            if not self._too_few(buttons):
                beat = beat.beaten(now_ns, settings.silence_s)
            before = buttons
        if not heard:
            stop = self._down(before or (), settings.e_stop_button)
            let_go = not self._down(before or (), settings.deadman_button)
        text = "emergency stop pressed on the gamepad" if stop else ""
        missing = self._missing(before, beat, let_go, now_ns)
        return GamepadState(before, beat), Ruling(text, missing), asks and not (text or missing)

    @staticmethod
    def _down(buttons: Buttons, button: int) -> bool:
        return button < len(buttons) and buttons[button] != 0

    def _pressed(self, before: Buttons | None, buttons: Buttons, button: int) -> bool:
        """Whether it went down; one that is down from the start was not pressed."""
        down = self._down(buttons, button)
        return down and before is not None and not self._down(before, button)

    def _too_few(self, buttons: Buttons) -> str:
        name, button = max(self.settings.names.items(), key=lambda entry: entry[1])
        if button < len(buttons):
            return ""
        return f"it has {len(buttons)} buttons, {name} is {button}: they count from 0"

    def _missing(self, buttons: Buttons | None, beat: Heartbeat, let_go: bool, now_ns: int) -> str:
        why = "" if buttons is None else self._too_few(buttons)
        why = why or beat.missing(now_ns, self.settings.silence_s)
        if not why and self.settings.deadman and let_go:
            why = f"the deadman's button ({self.settings.deadman_button}) is not held"
        return why and f"gamepad: {why}"
