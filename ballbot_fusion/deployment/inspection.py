"""What a policy file says about itself, as plain data for tables and JSON."""

from math import prod
from typing import Any

import onnx

from ballbot_fusion.deployment.runtime import PolicyRuntime

SCALING = "policy.scaling."
"""Names of the scaling of inputs: statistics, which nobody trains."""


def contract(runtime: PolicyRuntime) -> dict[str, Any]:
    """Return the contract by key, without what ``observation`` tells per modality."""
    stored = runtime.metadata.model_dump(mode="json", exclude={"modalities", "statistics"})
    return stored | {"sha256": runtime.sha256, "fused_features": runtime.fused_size}


def observation(runtime: PolicyRuntime) -> list[dict[str, Any]]:
    """One row per modality in the order of the mask.

    ``mean`` and ``std`` are those of training, None where the file has none; ``features`` is where
    the modality lies in the fused features, None for a policy that does more than concatenate.
    """
    slices = _slices(runtime)
    statistics = runtime.metadata.statistics
    return [
        {
            "key": entry.key,
            "shape": list(entry.shape),
            "unit": entry.unit,
            "frame": entry.frame,
            "low": entry.low,
            "high": entry.high,
            "scale": entry.scale,
            "stale_ms": None if entry.stale_ns is None else entry.stale_ns * 1e-6,
            "features": slices.get(entry.key),
            "mean": statistics.get(entry.key, {}).get("mean"),
            "std": statistics.get(entry.key, {}).get("std"),
        }
        for entry in runtime.spec
    ]


def _slices(runtime: PolicyRuntime) -> dict[str, str]:
    """``start:stop`` of each modality in the fused features, where these are a concatenation."""
    sizes = runtime.feature_sizes
    if sum(sizes.values()) != runtime.fused_size:
        return {}
    slices, start = {}, 0
    for key, size in sizes.items():
        slices[key] = f"{start}:{start + size}"
        start += size
    return slices


def parameters_of(model: onnx.ModelProto) -> int:
    """Count the numbers in a graph: its weights, with batch norm folded in where it is.

    The scaling of inputs does not count. Beside torch's own count that is 2 % off at most.
    """
    return sum(
        prod(tensor.dims)
        for tensor in model.graph.initializer
        if tensor.data_type == onnx.TensorProto.FLOAT and not tensor.name.startswith(SCALING)
    )
