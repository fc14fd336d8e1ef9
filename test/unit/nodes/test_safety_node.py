"""What the safety node leaves behind when its work ends."""

from types import SimpleNamespace
from typing import Any

import pytest
from rclpy.lifecycle import TransitionCallbackReturn

from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.prepared import Prepared
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.safety import SafetyState
from ballbot_fusion.core.samples import Source
from ballbot_fusion.core.sensing import Sensing
from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.core.tick_state import initial_state
from ballbot_fusion.nodes.safety_node import OBSERVED, SafetyNode
from ballbot_fusion.nodes.safety_settings import SafetyNodeSettings
from ballbot_fusion.recording import wire

DRIVEN = SafetyState(Mode.ARMED, effort=(0.2, -0.1, 0.3))


class Safety(SafetyNode):
    """A safety node that works, without its middleware."""

    def __init__(self, state: SafetyState, *, lockstep: bool = False) -> None:
        self.settings = SafetyNodeSettings(dry_run=False)
        self._robot = RobotConfig()
        self._sensing = Sensing(ObservationSpec.of(OBSERVED), self._robot)
        self._prepared = Prepared(initial_state(0, 0))
        self._state, self._announced = state, state.mode
        self._velocity, self._lockstep = None, object() if lockstep else None
        self._commanding, self._managed_entities = True, set[Any]()
        self.told: list[tuple[float, ...]] = []
        """Torques, N m, or units of the driver, by JointState and by array."""
        self.modes: list[str] = []
        self.motors = SimpleNamespace(publish=self._tell)
        self._array = SimpleNamespace(publish=lambda message: self.told.append(tuple(message.data)))
        self._states = SimpleNamespace(publish=lambda message: self.modes.append(message.data))

    def _tell(self, data: bytes) -> None:
        self.told.append(wire.joint_sample(data, 0, Source.MOTORS).effort)

    def get_logger(self):
        return SimpleNamespace(info=lambda _: None)

    def publish_diagnostics(self) -> None:
        pass


def deactivated(node: Safety) -> None:
    assert node.on_deactivate(None) == TransitionCallbackReturn.SUCCESS


@pytest.mark.parametrize("end", [deactivated, Safety.finish])
def test_its_last_word_to_the_motors_is_zero(end) -> None:
    """forward_command_controller repeats what it was told last for ever."""
    node = Safety(DRIVEN)
    end(node)
    assert node.told == [(0.0, 0.0, 0.0)] * 2
    assert node.modes == ["DISARMED"]
    node.finish()
    assert len(node.told) == 2, "once: what was cleaned up has no publishers"


def test_a_fault_stays_what_it_is() -> None:
    node = Safety(SafetyState(Mode.FAULT, reason="tilt"))
    node.finish()
    assert node.told == [(0.0, 0.0, 0.0)] * 2
    assert (node.modes, node._state.reason) == ([], "tilt")


def test_in_lockstep_nothing_is_said_that_no_tick_asked_for() -> None:
    node = Safety(DRIVEN, lockstep=True)
    node.finish()
    assert (node.told, node.modes) == ([], [])
