"""What the bridge answers who asks it for something."""

import pytest
from std_srvs.srv import Trigger

from ballbot_fusion.nodes.mujoco_bridge import MujocoBridge


class Bridge(MujocoBridge):
    """A bridge that was configured and not activated, without its middleware."""

    def __init__(self) -> None:
        self.active, self._lockstep = False, None


@pytest.mark.parametrize("asked", [MujocoBridge._on_reset, MujocoBridge._on_push])
def test_a_bridge_that_is_not_active_refuses_and_lives(asked) -> None:
    answer = asked(Bridge(), Trigger.Request(), Trigger.Response())
    assert not answer.success
    assert "not active" in answer.message
    assert "activate it first" in answer.message
