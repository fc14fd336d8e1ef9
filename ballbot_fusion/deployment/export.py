"""From torch to one self-describing ONNX file, checked before it is written."""

import itertools
import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ballbot_fusion.core.spec import Observation, ObservationSpec
from ballbot_fusion.deployment.graph import MASK, STATE, feature_name, outputs_of, tidy
from ballbot_fusion.deployment.policy_file import PolicyFileError, PolicyMetadata
from ballbot_fusion.deployment.runtime import PolicyRuntime, session_of
from ballbot_fusion.policies.policy import FusionPolicy, Tensors

OPSET = 18
"""Of the ONNX operators. The exporter writes it natively: nothing has to be converted."""
BATCH = 128
"""Masks that torch is asked about at once; one by one it takes minutes on a busy machine."""
Array = NDArray[np.float32]


class _Flat(nn.Module):
    """Takes positional inputs in the spec's order, then mask and state.

    Camera features surface as outputs, so that they keep the names at which the runtime splits.
    """

    def __init__(self, policy: FusionPolicy) -> None:
        super().__init__()
        self.policy = policy

    def forward(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        spec = self.policy.spec
        observation = dict(zip(spec.keys, inputs, strict=False))
        features = self.policy.encode({e.key: observation[e.key] for e in spec.images})
        answered = _answered(self.policy, observation, features, *inputs[len(spec) :])
        return (*answered, *(features[entry.key] for entry in spec.images))


def _answered(
    policy: FusionPolicy, observation: Tensors, features: Tensors, mask: Tensor, *state: Tensor
) -> tuple[Tensor, ...]:
    """Action and features, and the next state of a policy that is given one."""
    if not state:
        return policy.act(observation, features, mask)
    fused, after = policy.advance(observation, features, mask, *state)
    return policy.decide(fused)[0], fused, after


@contextmanager
def _evaluating(policy: FusionPolicy) -> Iterator[None]:
    """Batch statistics and dropout as in deployment; in training again afterwards if it was."""
    training = policy.training
    policy.eval()
    try:
        yield
    finally:
        policy.train(training)


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence remarks of the exporter about itself: its deprecations and optional packages."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            warnings.simplefilter("ignore", DeprecationWarning)
            yield
    finally:
        logger.setLevel(level)


def to_onnx(policy: FusionPolicy, metadata: PolicyMetadata) -> onnx.ModelProto:
    """Convert ``policy`` for batches of one, which lets onnxruntime plan its memory ahead.

    The exporter built on torch.export folds BatchNorm into the convolutions and linear layers; the
    TorchScript one writes twice the nodes and is deprecated.
    """
    spec = policy.spec
    inputs = [*(torch.zeros(1, *entry.shape) for entry in spec), torch.ones(1, len(spec))]
    names = [*spec.keys, MASK]
    if policy.state_size:
        inputs.append(torch.zeros(1, policy.state_size))
        names.append(STATE)
    outputs = [*outputs_of(policy.state_size), *(feature_name(e.key) for e in spec.images)]
    with _evaluating(policy), _quiet():
        program = torch.onnx.export(
            _Flat(policy).eval(), tuple(inputs), dynamo=True, opset_version=OPSET, verbose=False,
            input_names=names, output_names=outputs,
        )  # fmt: skip
    model: onnx.ModelProto = program.model_proto
    tidy(model, spec)
    onnx.helper.set_model_props(model, metadata.to_properties())
    onnx.checker.check_model(model)
    return model


def random_observation(spec: ObservationSpec, rng: np.random.Generator) -> Observation:
    """Draw every modality uniformly from its range."""
    return {e.key: rng.uniform(e.low, e.high, e.shape).astype(np.float32) for e in spec}


def _in_torch(
    policy: FusionPolicy, observations: Sequence[Observation], masks: Array, *states: Array
) -> list[Array]:
    """Actions (B, 3) and features (B, N); with ``states`` (B, S) also the next ones."""
    tensors = {
        key: torch.from_numpy(np.stack([observation[key] for observation in observations]))
        for key in policy.spec.keys
    }
    with torch.inference_mode():
        features = policy.encode({e.key: tensors[e.key] for e in policy.spec.images})
        given = (torch.from_numpy(values) for values in (masks, *states))
        return [part.numpy() for part in _answered(policy, tensors, features, *given)]


def _in_parts(
    split: PolicyRuntime, observation: Observation, mask: Array, state: Sequence[Array]
) -> list[Array]:
    """The same of the runtime, for one observation and state (S,), if there is one."""
    for values in state:
        split.recall(np.tile(values, split.metadata.state_every).tolist())
    answered = list(split.act(observation, mask))
    newest = np.array(split.memory[-split.metadata.state_size :], np.float32)
    return [*answered, newest] if state else answered


def _difference(found: Array, expected: Array) -> float:
    return float((np.abs(found - expected) / np.maximum(np.abs(expected), 1.0)).max())


def parity(policy: FusionPolicy, model: onnx.ModelProto, metadata: PolicyMetadata) -> float:
    """Largest difference of actions and features between torch, the whole graph and the split one.

    Every combination of the mask is tried, each with another random observation (and state, of a
    recurrent policy, whose next state is compared too). NaN counts as different.
    """
    spec, rng, worst = policy.spec, np.random.default_rng(0), 0.0
    whole, split = session_of(model), PolicyRuntime(model, metadata, "")
    outputs, size = outputs_of(policy.state_size), policy.state_size
    every = np.array(list(itertools.product((0.0, 1.0), repeat=len(spec))), np.float32)
    for masks in np.array_split(every, -(-len(every) // BATCH)):
        observations = [random_observation(spec, rng) for _ in masks]
        states = [rng.uniform(-1.0, 1.0, (len(masks), size)).astype(np.float32)] if size else []
        with _evaluating(policy):
            expected = _in_torch(policy, observations, masks, *states)
        for row, (observation, mask) in enumerate(zip(observations, masks, strict=True)):
            feed = {key: value[None] for key, value in observation.items()} | {MASK: mask[None]}
            state = [values[row] for values in states]
            if state:
                feed[STATE] = state[0][None]
            in_whole = [output[0] for output in whole.run(outputs, feed)]
            for found in (in_whole, _in_parts(split, observation, mask, state)):
                pairs = zip(found, (part[row] for part in expected), strict=True)
                parts = [_difference(*pair) for pair in pairs]
                worst = float(np.max([worst, *parts]))  # max() would lose a NaN
    return worst


def export(policy: FusionPolicy, metadata: PolicyMetadata, path: Path) -> float:
    """Write ``policy`` to ``path``, whole or not at all; return the parity.

    Raises:
        PolicyFileError: torch and onnxruntime, split or whole, disagree by more than the policy's
            ``parity``, or the contract is one that the runtime would refuse.
    """
    model = to_onnx(policy, metadata)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".partial")
    try:
        unfinished.write_bytes(model.SerializeToString(deterministic=True))
        PolicyRuntime.load(unfinished)
        worst = parity(policy, model, metadata)
        if not worst <= policy.parity:
            raise PolicyFileError(
                f"torch and onnxruntime differ by {worst:.1e}, allowed are {policy.parity:.0e}; "
                f"{path} was not written. Look for layers that behave otherwise in evaluation mode."
            )
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return worst
