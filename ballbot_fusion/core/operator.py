"""All that operators ask, as the state machine takes it: by services, button and gamepad."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ballbot_fusion.core.estop import EStop, EStopState, Ruling
from ballbot_fusion.core.gamepad import Buttons, Gamepad, GamepadState
from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.safety import SafetyState

BY_SERVICE = "emergency stop by service"
PATIENCE_S = 1.0
"""A request to arm that finds the robot not ready is forgotten after so long, s: nobody who lifts
it later expects the motors to start."""


class Asked(NamedTuple):
    """What holds in one step of the state machine; see SafetyInputs."""

    arm: bool = False
    disarm: bool = False
    stop: str = ""
    """Why there is an emergency stop; empty: there is none."""
    missing: str = ""
    """What an operator must give for the motors to run, and does not."""
    disarmed: bool = False
    """Disarmed by hand, and no request to arm was taken since: it must not arm by itself."""


class OperatorState(NamedTuple):
    """What is remembered of what operators asked."""

    arm: bool = False
    """Asked to arm, and not armed since."""
    arm_ns: int | None = None
    """First step of that request, steady."""
    disarm: bool = False
    """Asked to disarm since the last step."""
    stopped: bool = False
    """Stopped by service, and nobody asked to arm since."""
    stop_done: bool = False
    """A step has acted on that."""
    disarmed: bool = False
    """Disarmed by hand, and no request to arm was taken since."""
    button: EStopState = EStopState()
    pad: GamepadState = GamepadState()
    rulings: tuple[Ruling, Ruling] = (Ruling(), Ruling())
    """Of button and gamepad, in the last step."""

    @property
    def stop(self) -> str:
        """Why there is an emergency stop by hand; empty: there is none."""
        return next((ruling.stop for ruling in self.rulings if ruling.stop), "")

    @property
    def missing(self) -> str:
        """What must be given and is not; empty: nothing."""
        return next((ruling.missing for ruling in self.rulings if ruling.missing), "")


Answer = tuple[OperatorState, bool, str]
"""The new state, whether it succeeds, and a sentence."""


@dataclass(frozen=True)
class Operator:
    """Hears operators; all state is in OperatorState."""

    e_stop: EStop = field(default_factory=EStop)
    gamepad: Gamepad = field(default_factory=Gamepad)

    def step(
        self,
        state: OperatorState,
        safety: SafetyState,
        said: Sequence[bool],
        heard: Sequence[Buttons],
        now_ns: int,
    ) -> tuple[OperatorState, Asked]:
        """Return what holds at ``now_ns`` (steady); to be called in every step of ``safety``.

        Args:
            state: as it was.
            safety: the state machine before its step.
            said: by the button since the last step (true: pressed).
            heard: from the gamepad since the last step.
            now_ns: steady time.
        """
        button, ruling = self.e_stop.step(state.button, said, now_ns)
        pad, of_pad, arms = self.gamepad.step(state.pad, heard, now_ns)
        state = state._replace(button=button, pad=pad, rulings=(ruling, of_pad))
        if arms:
            state, _, _ = self.asked_to_arm(state, safety)
        state = self._patient(state, safety, now_ns)
        stop = BY_SERVICE if state.stopped else state.stop
        if stop or state.missing:
            state = state._replace(arm=False)  # what ends it must start nothing
        asked = Asked(state.arm, state.disarm, stop, state.missing, state.disarmed)
        return state._replace(disarm=False, stop_done=state.stopped), asked

    @staticmethod
    def _patient(state: OperatorState, safety: SafetyState, now_ns: int) -> OperatorState:
        """Wait for a robot to get ready that is to be armed, but not for long."""
        if not state.arm:
            return state._replace(arm_ns=None)
        since_ns = now_ns if state.arm_ns is None else state.arm_ns
        late = now_ns - since_ns > PATIENCE_S * 1e9
        return state._replace(arm=not (late and _is_unready(safety)), arm_ns=since_ns)

    @staticmethod
    def asked_to_arm(state: OperatorState, safety: SafetyState) -> Answer:
        """Arm a robot that is ready, or gets so at once when its fault is released."""
        due = BY_SERVICE if state.stopped and not state.stop_done else ""
        if refusal := due or state.stop or state.missing:
            return state, False, f"{safety.mode.value}: not armed: {refusal}"
        state = state._replace(stopped=False)
        if not _is_unready(safety):
            disarm = state.disarm or safety.mode is Mode.FAULT
            state = state._replace(arm=True, arm_ns=None, disarm=disarm, disarmed=False)
        return state, state.arm, f"{safety.mode.value}: {safety.reason}"

    @staticmethod
    def asked_to_disarm(state: OperatorState) -> Answer:
        """Disarm with the next step."""
        return state._replace(disarm=True, arm=False, disarmed=True), True, "disarmed"

    @staticmethod
    def asked_to_stop(state: OperatorState) -> Answer:
        """Stop until somebody arms."""
        return (
            state._replace(stopped=True, stop_done=False),
            True,
            "emergency stop; `arm` releases it",
        )

    @staticmethod
    def after(state: OperatorState, mode: Mode) -> OperatorState:
        """Forget what the step that led to ``mode`` has done."""
        return state._replace(arm=False) if mode is Mode.ARMED else state


def _is_unready(safety: SafetyState) -> bool:
    return safety.mode is Mode.DISARMED and safety.ready_since_ns is None
