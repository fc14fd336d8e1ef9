"""What may be set from outside while the nodes run, and what names files and may not."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import rclpy
from rclpy.parameter import Parameter
from rclpy.signals import SignalHandlerOptions

from ballbot_fusion.core.resources import share, transports
from ballbot_fusion.nodes.inference_node import InferenceNode
from ballbot_fusion.nodes.monitor import Monitor


@pytest.fixture
def ros(ros_domain_id: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A process whose inference may take policies from tmp_path/allowed."""
    for name, value in transports("fastdds_udp.xml").items():
        monkeypatch.setenv(name, value)
    (tmp_path / "allowed").mkdir()
    given = ["--ros-args", "-p", f"inference:policy_folders:=[{tmp_path / 'allowed'}]"]
    rclpy.init(args=given, signal_handler_options=SignalHandlerOptions.NO)
    yield tmp_path
    rclpy.try_shutdown()


def said(node: object, name: str, value: object) -> str:
    """Why a parameter cannot be set; empty when it was."""
    (result,) = node.set_parameters([Parameter(name, value=value)])  # type: ignore[attr-defined]
    assert result.successful == (not result.reason)
    return str(result.reason)


def test_a_running_policy_is_changed_to_what_is_allowed(ros: Path) -> None:
    node = InferenceNode()
    node.trigger_configure()
    assert node.configured, node.failure
    good = share() / "models" / "default.onnx"
    inside, outside = ros / "allowed" / "new.onnx", ros / "outside.onnx"
    for path in (inside, outside):
        path.write_bytes(good.read_bytes())
    (ros / "allowed" / "link.onnx").symlink_to(outside)
    refused = (outside, ros / "allowed" / ".." / "outside.onnx", ros / "allowed" / "link.onnx")
    for path in (*refused, Path("/etc/passwd.onnx"), Path("new.onnx")):
        assert "outside of policy_folders" in said(node, "policy", str(path))
    assert "No policy" in said(node, "policy", "../models/default")
    for policy in (str(inside), "seed55", "default"):
        assert said(node, "policy", policy) == ""
    node.destroy_node()


def test_who_comes_later_cannot_name_files(ros: Path) -> None:
    """Not even between cleaning up and configuring: those services are open to everyone too."""
    for node, names in (
        (InferenceNode(), {"robot": "/etc/passwd", "policy_folders": ["/"]}),
        (Monitor(), {"summary": "/tmp/summary.json"}),
    ):
        assert not node.configured
        for name, value in names.items():
            assert "only when the node is started" in said(node, name, value)
        node.destroy_node()
