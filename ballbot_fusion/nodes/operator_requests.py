"""What people ask of the safety node: arm, disarm, emergency stop; by service, topic, gamepad.

All of it is heard in the loop itself: an executor that is served ten times a second would be too
late for an emergency stop.
"""

from collections.abc import Callable
from typing import Any

from rclpy.node import Node
from sensor_msgs.msg import Joy
from std_msgs.msg import Bool

from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.operator import Answer, Asked, Operator, OperatorState
from ballbot_fusion.core.safety import SafetyState
from ballbot_fusion.nodes import qos
from ballbot_fusion.nodes.intake import Intake, Requests

State = Callable[[], SafetyState]


class OperatorRequests:
    """Services, the emergency stop's topic and the gamepad, held until the next step."""

    def __init__(self, node: Node, operator: Operator, state: State) -> None:
        """Offer the services on ``node``; ``state`` gives the present state of safety."""
        self._operator, self._safety, self._state = operator, state, OperatorState()
        self._said: list[bool] = []
        self._heard: list[tuple[int, ...]] = []
        self._buttons: tuple[int, ...] = ()
        # The first also hears the last word of a button that spoke before this node was there;
        # but it matches no publisher that keeps none, as `ros2 topic pub` and most drivers.
        profiles = (qos.LATCHED_MANY, qos.BUTTONS)
        self._button = [
            Intake(node, Bool, "e_stop", profile, lambda m: bool(m.data), overridable=not number)
            for number, profile in enumerate(profiles)
        ]
        self.intakes: list[Intake[Any]] = [*self._button]
        """All that may wake the loop."""
        self._pad: Intake[tuple[int, ...]] | None = None
        if operator.gamepad.settings.used:
            self._pad = Intake(node, Joy, "joy", qos.BUTTONS, lambda m: tuple(m.buttons))
            self.intakes.append(self._pad)
        self.services = [
            Requests(node, "safety/arm", self._on_arm),
            Requests(node, "safety/disarm", self._on_disarm),
            Requests(node, "safety/e_stop", self._on_stop),
        ]

    def forget(self) -> None:
        """Answer what was asked while the node was not active. Only a stop outlives that."""
        self.hear()
        self._state = self._state._replace(arm=False, disarm=False)

    def hear(self) -> bool:
        """Take in what arrived; whether any of it is so urgent that a step is due now."""
        said = [pressed for intake in self._button for pressed in intake.take()]
        heard = [] if self._pad is None else self._pad.take()
        changed = any(buttons != self._buttons for buttons in heard)
        self._buttons = heard[-1] if heard else self._buttons
        self._said += said
        self._heard += heard
        served = sum(entry.serve() for entry in self.services)
        return any(said) or changed or served > 0

    def asked(self, now_ns: int) -> Asked:
        """Return what holds at ``now_ns`` (steady), by all that was heard."""
        said, heard, self._said, self._heard = self._said, self._heard, [], []
        self._state, asked = self._operator.step(self._state, self._safety(), said, heard, now_ns)
        return asked

    def taken(self, mode: Mode) -> None:
        """Forget what the step that led to ``mode`` has done."""
        self._state = self._operator.after(self._state, mode)

    def _answered(self, answer: Answer) -> tuple[bool, str]:
        self._state, success, message = answer
        return success, message

    def _on_arm(self) -> tuple[bool, str]:
        return self._answered(self._operator.asked_to_arm(self._state, self._safety()))

    def _on_disarm(self) -> tuple[bool, str]:
        return self._answered(self._operator.asked_to_disarm(self._state))

    def _on_stop(self) -> tuple[bool, str]:
        return self._answered(self._operator.asked_to_stop(self._state))
