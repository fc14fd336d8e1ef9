"""What the bridge answers who asks it for something."""

from types import SimpleNamespace
from typing import Any

import pytest
from std_srvs.srv import Trigger

from ballbot_fusion.nodes.bridge_requests import BridgeRequests


@pytest.mark.parametrize("asked", ["reset", "push"])
def test_a_bridge_that_is_not_active_refuses_and_lives(asked: str) -> None:
    """Configured and not activated, without its middleware."""
    services: dict[str, Any] = {}
    bridge: Any = SimpleNamespace(
        active=False, in_lockstep=False, settings=None,
        create_service=lambda _, name, answer: services.update({name: answer}),
    )  # fmt: skip
    BridgeRequests(bridge)
    answer = services[asked](Trigger.Request(), Trigger.Response())
    assert not answer.success
    assert "not active" in answer.message
    assert "activate it first" in answer.message
