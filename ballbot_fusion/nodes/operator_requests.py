"""What people ask of the safety node: arm, disarm, emergency stop; by service, topic, gamepad.

All of it is heard in the loop itself: an executor that is served ten times a second would be too
late for an emergency stop.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from rclpy.node import Node
from sensor_msgs.msg import Joy
from std_msgs.msg import Bool

from ballbot_fusion.core.estop import EStop, EStopState, Ruling
from ballbot_fusion.core.gamepad import Gamepad, GamepadState
from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.safety import SafetyState
from ballbot_fusion.nodes import qos
from ballbot_fusion.nodes.intake import Intake, Requests

State = Callable[[], SafetyState]


class Asked(NamedTuple):
    """What holds in one step of the state machine."""

    arm: bool
    disarm: bool
    stop: str
    """Why there is an emergency stop; empty: there is none."""
    missing: str
    """What an operator must give for the motors to run, and does not."""


class OperatorRequests:
    """Services, the emergency stop's topic and the gamepad, held until the next step."""

    def __init__(self, node: Node, e_stop: EStop, gamepad: Gamepad, state: State) -> None:
        """Offer the services on ``node``; ``state`` gives the present state of safety."""
        self._state, self._e_stop, self._gamepad = state, e_stop, gamepad
        # The first also hears the last word of a button that spoke before this node was there;
        # but it matches no publisher that keeps none, as `ros2 topic pub` and most drivers.
        hears = (("e_stop", qos.LATCHED_MANY, True), ("e_stop", qos.BUTTONS, False))
        self.buttons: list[Intake[bool]] = [
            Intake(node, Bool, topic, profile, lambda m: bool(m.data), overridable=first)
            for topic, profile, first in hears
        ]
        self.pads: list[Intake[tuple[int, ...]]] = []
        if gamepad.settings.used:
            self.pads.append(Intake(node, Joy, "joy", qos.BUTTONS, lambda m: tuple(m.buttons)))
        self.services = [
            Requests(node, "safety/arm", self._on_arm),
            Requests(node, "safety/disarm", self._on_disarm),
            Requests(node, "safety/e_stop", self._on_stop),
        ]
        self._arm = self._disarm = False
        self._stopped = False
        """Stopped by service until somebody arms."""
        self._said: list[bool] = []
        self._heard: list[tuple[int, ...]] = []
        self._buttons: tuple[int, ...] = ()
        self._button, self._pad = EStopState(), GamepadState()
        self._rulings: tuple[Ruling, ...] = ()

    @property
    def intakes(self) -> list[Intake[Any]]:
        """All that may wake the loop."""
        return [*self.buttons, *self.pads]

    def forget(self) -> None:
        """Answer what was asked while the node was not active. Only a stop outlives that."""
        self.hear()
        self._arm = self._disarm = False

    def hear(self) -> bool:
        """Take in what arrived; whether any of it is so urgent that a step is due now."""
        said = [pressed for intake in self.buttons for pressed in intake.take()]
        heard = [buttons for intake in self.pads for buttons in intake.take()]
        changed = any(buttons != self._buttons for buttons in heard)
        self._buttons = heard[-1] if heard else self._buttons
        self._said += said
        self._heard += heard
        served = sum(entry.serve() for entry in self.services)
        return any(said) or changed or served > 0

    def asked(self, now_ns: int) -> Asked:
        """Return what holds at ``now_ns`` (steady)."""
        self.hear()
        self._button, button = self._e_stop.step(self._button, self._said, now_ns)
        self._pad, pad, arms = self._gamepad.step(self._pad, self._heard, now_ns)
        self._said, self._heard = [], []
        self._rulings = (button, pad)
        if arms:
            self._on_arm()
        service = "emergency stop by service" if self._stopped else ""
        stop, missing = service or self._first_stop, self._first_missing
        if stop or missing:
            self._arm = False  # what ends it must start nothing
        return Asked(self._arm, self._disarm, stop, missing)

    @property
    def _first_stop(self) -> str:
        return next((ruling.stop for ruling in self._rulings if ruling.stop), "")

    @property
    def _first_missing(self) -> str:
        return next((ruling.missing for ruling in self._rulings if ruling.missing), "")

    def taken(self, mode: Mode) -> None:
        """Forget what the step that led to ``mode`` has done."""
        self._disarm = False
        if mode is Mode.ARMED:
            self._arm = False

    def _on_arm(self) -> tuple[bool, str]:
        """Arm when every precondition holds; what asks again is told why not yet."""
        state = self._state()
        if refusal := self._first_stop or self._first_missing:
            return False, f"{state.mode.value}: not armed: {refusal}"
        self._stopped = False
        if state.mode is Mode.FAULT:
            self._disarm = True
        self._arm = True
        success = state.mode is not Mode.DISARMED or state.ready_since_ns is not None
        return success, f"{state.mode.value}: {state.reason}"

    def _on_disarm(self) -> tuple[bool, str]:
        self._disarm, self._arm = True, False
        return True, "disarmed"

    def _on_stop(self) -> tuple[bool, str]:
        self._stopped = True
        return True, "emergency stop; `arm` releases it"
