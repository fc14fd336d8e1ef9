"""What people ask of the safety node: arm, disarm, emergency stop."""

from collections.abc import Callable

from rclpy.node import Node
from std_msgs.msg import Bool
from std_srvs.srv import Trigger

from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.safety import SafetyState
from ballbot_fusion.nodes import qos
from ballbot_fusion.nodes.intake import Intake

State = Callable[[], SafetyState]


class OperatorRequests:
    """Services and the emergency stop topic, held until the next step of the state machine."""

    def __init__(self, node: Node, state: State) -> None:
        """Offer the services on ``node``; ``state`` gives the present state."""
        self._state = state
        self.arm = self.disarm = False
        self._stopped = self._button = False
        """Stopped by service until armed; the button counts while it is pressed."""
        self.button = Intake(node, Bool, "e_stop", qos.LATCHED, lambda m: bool(m.data))
        for name, handler in (
            ("arm", self._on_arm),
            ("disarm", self._on_disarm),
            ("e_stop", self._on_stop),
        ):
            node.create_service(Trigger, f"safety/{name}", handler)

    @property
    def e_stop(self) -> bool:
        """Whether the motors must be off."""
        for pressed in self.button.take():
            self._button = pressed
        return self._stopped or self._button

    def taken(self, mode: Mode) -> None:
        """Forget what the step that led to ``mode`` has done."""
        self.disarm = False
        if mode is Mode.ARMED:
            self.arm = False

    def _on_arm(self, _: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        """Arm when every precondition holds; what asks again is told why not yet."""
        state = self._state()
        self._stopped = False
        if state.mode is Mode.FAULT:
            self.disarm = True
        self.arm = True
        response.success = state.mode is not Mode.DISARMED or state.ready_since_ns is not None
        response.message = f"{state.mode.value}: {state.reason}"
        return response

    def _on_disarm(self, _: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        self.disarm, self.arm = True, False
        response.success, response.message = True, "disarmed"
        return response

    def _on_stop(self, _: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        self._stopped = True
        response.success, response.message = True, "emergency stop; `arm` releases it"
        return response
