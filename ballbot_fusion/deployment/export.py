"""From torch to one self-describing ONNX file, checked before it is written."""

import itertools
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ballbot_fusion.core.spec import Observation, ObservationSpec
from ballbot_fusion.deployment.graph import MASK, OUTPUTS, feature_name
from ballbot_fusion.deployment.policy_file import PolicyFileError, PolicyMetadata
from ballbot_fusion.deployment.runtime import PolicyRuntime, session_of
from ballbot_fusion.policies.policy import FusionPolicy

TOLERANCE = 1e-5
"""Largest difference of an action between torch and onnxruntime, split and whole graph."""
OPSET = 18


class _Flat(nn.Module):
    """Takes positional inputs in the spec's order.

    Camera features surface as outputs, so that they keep the names at which the runtime splits.
    """

    def __init__(self, policy: FusionPolicy) -> None:
        super().__init__()
        self.policy = policy

    def forward(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        spec = self.policy.spec
        observation, mask = dict(zip(spec.keys, inputs, strict=False)), inputs[-1]
        features = self.policy.encode({e.key: observation[e.key] for e in spec.images})
        action, fused = self.policy.act(observation, features, mask)
        return (action, fused, *(features[entry.key] for entry in spec.images))


def to_onnx(policy: FusionPolicy, metadata: PolicyMetadata) -> onnx.ModelProto:
    """Convert ``policy`` for batches of one; BatchNorm and dropout as in deployment."""
    spec = policy.spec
    inputs = (*(torch.zeros(1, *entry.shape) for entry in spec), torch.ones(1, len(spec)))
    outputs = [*OUTPUTS, *(feature_name(entry.key) for entry in spec.images)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            _Flat(policy).eval(), inputs, dynamo=True, opset_version=OPSET, verbose=False,
            input_names=[*spec.keys, MASK], output_names=outputs,
        )  # fmt: skip
    model: onnx.ModelProto = program.model_proto
    onnx.helper.set_model_props(model, metadata.to_properties())
    onnx.checker.check_model(model)
    return model


def random_observation(spec: ObservationSpec, rng: np.random.Generator) -> Observation:
    """Draw every modality uniformly from its range."""
    return {e.key: rng.uniform(e.low, e.high, e.shape).astype(np.float32) for e in spec}


def _torch_action(policy: FusionPolicy, observation: Observation, mask: NDArray) -> NDArray:
    tensors = {key: torch.from_numpy(value)[None] for key, value in observation.items()}
    with torch.inference_mode():
        action: Tensor = policy(tensors, torch.from_numpy(mask)[None])[0]
    return action[0].numpy()


def parity(policy: FusionPolicy, model: onnx.ModelProto, metadata: PolicyMetadata) -> float:
    """Largest difference of an action between torch, the whole graph and the split one.

    Every combination of the mask is tried, each with another random observation.
    """
    policy.eval()
    spec, rng, worst = policy.spec, np.random.default_rng(0), 0.0
    whole, split = session_of(model), PolicyRuntime(model, metadata, "")
    for bits in itertools.product((0.0, 1.0), repeat=len(spec)):
        observation, mask = random_observation(spec, rng), np.array(bits, np.float32)
        feed = {key: value[None] for key, value in observation.items()} | {MASK: mask[None]}
        actions = (
            _torch_action(policy, observation, mask),
            whole.run(["action"], feed)[0][0],
            split.act(observation, mask).action,
        )
        worst = max(worst, *(float(np.abs(a - actions[0]).max()) for a in actions))
    return worst


def export(policy: FusionPolicy, metadata: PolicyMetadata, path: Path) -> float:
    """Write ``policy`` to ``path``, whole or not at all; return the parity.

    Raises:
        PolicyFileError: torch and onnxruntime disagree by more than TOLERANCE.
    """
    model = to_onnx(policy, metadata)
    worst = parity(policy, model, metadata)
    if not worst <= TOLERANCE:
        raise PolicyFileError(
            f"torch and onnxruntime differ by {worst:.1e}, allowed are {TOLERANCE:.0e}; nothing "
            "was written. Check for layers that behave differently in evaluation mode."
        )
    unfinished = path.with_suffix(".partial")
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save_model(model, str(unfinished))
    unfinished.replace(path)
    return worst
