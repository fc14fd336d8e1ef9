"""The emergency stop button: what is said on the topic ``e_stop``, and that it is said at all."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ballbot_fusion.core.heartbeat import Heartbeat
from ballbot_fusion.core.robot import Positive
from ballbot_fusion.core.settings import Settings


class EStopSettings(Settings):
    """What the owner demands of the button."""

    required: bool = False
    """Arming needs a heartbeat on e_stop (`false`, again and again), and motors stop without it."""
    heartbeat_s: Positive = 0.5
    """Where it is required: a heartbeat older than this is an emergency stop, s."""


class Ruling(NamedTuple):
    """What a device in an operator's hands demands; empty texts: nothing."""

    stop: str = ""
    """Why the motors must be off at once and nobody may arm, in words."""
    missing: str = ""
    """What the device must give for motors to run, and does not."""


class EStopState(NamedTuple):
    """What is remembered of the button."""

    pressed: bool = False
    beat: Heartbeat = Heartbeat()


@dataclass(frozen=True)
class EStop:
    """Judges the button; all state is in EStopState."""

    settings: EStopSettings = field(default_factory=EStopSettings)

    def step(
        self, state: EStopState, said: Sequence[bool], now_ns: int
    ) -> tuple[EStopState, Ruling]:
        """Take in what was ``said`` (true: pressed) since the last step, up to ``now_ns`` (steady).

        A press between two steps counts, however soon it was released: ``stop`` then says so once.
        """
        beat = state.beat
        if said:
            beat = beat.beaten(now_ns, self.settings.heartbeat_s)
        stop = "emergency stop pressed" if any(said) or (state.pressed and not said) else ""
        state = EStopState(said[-1] if said else state.pressed, beat)
        missing = ""
        if self.settings.required:
            missing = beat.missing(now_ns, self.settings.heartbeat_s)
        return state, Ruling(stop, missing and f"emergency stop button: {missing}")
