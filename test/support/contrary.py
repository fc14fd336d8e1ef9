"""A policy file that fits the robot and falls: the default policy with its action turned round."""

from pathlib import Path

import onnx

from ballbot_fusion.deployment.library import policy_path


def contrary_policy(folder: Path) -> Path:
    """Write ``contrary.onnx`` into ``folder``; return its path."""
    model = onnx.load(policy_path("default"))
    last = next(node for node in model.graph.node if "action" in node.output)
    last.output[0] = "meant"
    model.graph.node.append(onnx.helper.make_node("Neg", ["meant"], ["action"]))
    next(entry for entry in model.metadata_props if entry.key == "name").value = '"contrary"'
    path = folder / "contrary.onnx"
    onnx.save(model, path)
    return path
