"""Print what a policy file says about itself: its contract and its observation table."""

import argparse

from ballbot_fusion.cli.output import add_json, people, table, write_json
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.deployment.runtime import PolicyRuntime

EXAMPLE = "ballbot inspect models/default.onnx"
COLUMNS = ("key", "shape", "unit", "frame", "low", "high", "scale", "stale_ms", "features")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("policy", nargs="?", default="default", help="name or .onnx file")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Load and print."""
    path = policy_path(arguments.policy)
    runtime = PolicyRuntime.load(path)
    metadata, spec = runtime.metadata, runtime.spec
    slices = spec.feature_slices()
    rows = [
        (
            entry.key, str(entry.shape), entry.unit, entry.frame, entry.low, entry.high,
            entry.scale, None if entry.stale_ns is None else entry.stale_ns * 1e-6,
            f"{slices[entry.key].start}:{slices[entry.key].stop}",
        )
        for entry in spec
    ]  # fmt: skip
    contract = metadata.model_dump(mode="json", exclude={"modalities", "statistics"})
    contract |= {"sha256": runtime.sha256, "fused_features": spec.fused_size()}
    observation = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    write_json(arguments.json, {"contract": contract, "observation": observation})
    if arguments.json != "-":
        people.print(table(str(path), ("contract", "value"), contract.items()))
        people.print(table("observation", COLUMNS, rows))
    return 0
