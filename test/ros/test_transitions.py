"""Nodes by themselves, moved through their lifecycle by its services."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from lifecycle_msgs.msg import State, Transition
from lifecycle_msgs.srv import ChangeState, GetState
from rclpy.node import Node
from support.policies import metadata_for, policy_with_random_parts

from ballbot_fusion.core.spec import DEPLOYED_KEYS
from ballbot_fusion.deployment.export import to_onnx
from ballbot_fusion.nodes import start_up
from ballbot_fusion.operation.client import call, client, until
from ballbot_fusion.operation.parameters import write
from ballbot_fusion.operation.triggers import trigger

CONFIGURE = Transition.TRANSITION_CONFIGURE
CLEANUP = Transition.TRANSITION_CLEANUP
ACTIVATE = Transition.TRANSITION_ACTIVATE
DEACTIVATE = Transition.TRANSITION_DEACTIVATE
START_S = 60.0
"""A busy machine takes its time to import a node."""


@contextmanager
def running(operator: Node, executable: str, **parameters: str) -> Iterator[None]:
    """A node that waits for whoever configures it; it must end in order."""
    code = f"from ballbot_fusion.nodes.executables import {executable}; {executable}()"
    given = {"autostart": "false", **parameters}
    arguments = [word for item in given.items() for word in ("-p", ":=".join(item))]
    environment = {**os.environ, **start_up.environment("udp", "local")}
    process = subprocess.Popen(
        [sys.executable, "-c", code, "--ros-args", *arguments], env=environment
    )
    asked = operator.create_client(ChangeState, f"{executable}/change_state")
    try:
        assert until(operator, asked.service_is_ready, START_S)
        yield
    finally:
        process.send_signal(signal.SIGINT)
        ended = process.wait(20.0)
    assert ended == 0


@pytest.fixture
def operator(ros_domain_id: int) -> Iterator[Node]:
    with client(name="test") as node:
        yield node


def moved(operator: Node, name: str, transition: int) -> bool:
    """Ask for a transition; say whether it was made."""
    request = ChangeState.Request(transition=Transition(id=transition))
    return bool(call(operator, ChangeState, f"{name}/change_state", request).success)


@pytest.mark.parametrize("service", ["reset", "push"])
def test_a_bridge_that_is_not_active_refuses_and_lives(service: str, operator: Node) -> None:
    with running(operator, "mujoco_bridge"):
        assert moved(operator, "mujoco_bridge", CONFIGURE)
        done, said = trigger(operator, service)
        assert not done
        assert "not active" in said
        assert "activate" in said
        assert moved(operator, "mujoco_bridge", ACTIVATE)
        assert trigger(operator, service)[0]
        assert moved(operator, "mujoco_bridge", DEACTIVATE)
        assert not trigger(operator, service)[0]


def test_in_lockstep_nobody_pauses(operator: Node) -> None:
    """Each counts messages from the first on, and would wait for ever for those it left out."""
    with running(operator, "mujoco_bridge", lockstep="true"):
        assert moved(operator, "mujoco_bridge", CONFIGURE)
        assert moved(operator, "mujoco_bridge", ACTIVATE)
        assert not moved(operator, "mujoco_bridge", DEACTIVATE)
        asked = call(operator, GetState, "mujoco_bridge/get_state", GetState.Request())
        assert asked.current_state.id == State.PRIMARY_STATE_ACTIVE


def test_a_policy_of_another_rate_is_refused_while_one_runs(operator: Node, tmp_path: Path) -> None:
    """Safety was told the rate when it was started, and goes by it."""
    slow, policy = tmp_path / "slow.onnx", policy_with_random_parts(DEPLOYED_KEYS)
    model = to_onnx(policy, metadata_for(DEPLOYED_KEYS, control_rate_hz=100.0))
    slow.write_bytes(model.SerializeToString())
    with running(operator, "inference", policy_folders=json.dumps([str(tmp_path)])):
        assert moved(operator, "inference", CONFIGURE)
        write(operator, "inference", {"policy": str(slow)})
        done, said = trigger(operator, "inference/load_policy")
        assert not done
        assert "is made for 100 Hz, expected 200 Hz" in said
        assert f"policy:={slow}" in said
        write(operator, "inference", {"policy": "default"})
        assert trigger(operator, "inference/load_policy") == (True, "running default")
        assert moved(operator, "inference", CLEANUP)
        write(operator, "inference", {"policy": str(slow)})
        assert not moved(operator, "inference", CONFIGURE)
        write(operator, "inference", {"policy": "default"})
        assert moved(operator, "inference", CONFIGURE)
