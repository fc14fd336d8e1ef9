"""What people ask of the simulated robot: to be put back on its stand, to be pushed."""

from collections.abc import Callable
from math import cos, radians, sin
from typing import TYPE_CHECKING

from std_srvs.srv import Trigger

if TYPE_CHECKING:
    from ballbot_fusion.nodes.mujoco_bridge import MujocoBridge

NOT_ACTIVE = "the bridge is not active, so that nothing moves: activate it first, then ask again"


class BridgeRequests:
    """The services ``reset`` and ``push`` of a bridge."""

    def __init__(self, bridge: "MujocoBridge") -> None:
        """Offer them."""
        self._bridge = bridge
        for name, deed in (("reset", self.reset), ("push", self.push)):
            bridge.create_service(Trigger, name, self._answering(deed))

    def _answering(
        self, deed: Callable[[], tuple[bool, str]]
    ) -> Callable[[Trigger.Request, Trigger.Response], Trigger.Response]:
        def answer(_: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
            response.success, response.message = deed()
            return response

        return answer

    def reset(self) -> tuple[bool, str]:
        """Put it back on the stand, as at the start; the run's figures begin anew."""
        bridge = self._bridge
        if not bridge.active:
            return False, NOT_ACTIVE
        if bridge.in_lockstep:
            return False, "lockstep runs from start to end; launch it again instead"
        bridge.reset()
        if bridge.simulation.held:
            return True, "on the stand; waiting for safety to arm"
        return True, "begun anew; let go at once, for safety is armed"

    def push(self) -> tuple[bool, str]:
        """Push it as the parameters say."""
        bridge, settings = self._bridge, self._bridge.settings
        if not bridge.active:
            return False, NOT_ACTIVE
        angle, force = radians(settings.push_direction_deg), settings.push_force
        bridge.simulation.push(
            (force * cos(angle), force * sin(angle), 0.0), settings.push_duration_s
        )
        return True, f"{force:g} N for {settings.push_duration_s:g} s"
