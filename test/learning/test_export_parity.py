"""torch, the whole graph and the split one agree, with every sensor alive or dead."""

import itertools

import numpy as np
import pytest
import torch
from support.policies import (
    SHORT_KEYS,
    exported,
    keys_of,
    metadata_for,
    policy_with_random_parts,
)

from ballbot_fusion.core.spec import BALANCE_KEYS, DEPLOYED_KEYS, SEED_KEYS, ObservationSpec
from ballbot_fusion.deployment.contract import check_weights
from ballbot_fusion.deployment.export import parity, random_observation
from ballbot_fusion.deployment.graph import MASK, encoder_of, head_of
from ballbot_fusion.deployment.runtime import PolicyRuntime, session_of
from ballbot_fusion.policies.table import ARCHITECTURES

TOLD_KEYS = ("orientation", "vel", "rgbd_0", "rgbd_1", "slope", "instruction")
RGB_KEYS = ("orientation", "vel", "rgb_0", "rgb_1", "command", "image_age")
FRESH = 1e-5
"""What any architecture keeps to with random weights, also those that may differ by more."""
CASES = pytest.mark.parametrize(
    ("name", "keys"),
    [("concat", keys) for keys in (SEED_KEYS, DEPLOYED_KEYS, BALANCE_KEYS, RGB_KEYS)]
    + [
        (name, TOLD_KEYS if name == "language" else keys_of(name, SHORT_KEYS))
        for name in ARCHITECTURES
        if name != "concat"
    ],
)


@CASES
def test_export_s_own_check_is_passed_by_far(name: str, keys: tuple[str, ...]) -> None:
    policy = policy_with_random_parts(keys, name=name)
    metadata = metadata_for(keys, state_size=policy.state_size)
    found = parity(policy, exported(keys, name), metadata)
    assert 0.0 < found <= FRESH, "exactly 0 would mean that nothing was compared"


@CASES
def test_every_constant_of_the_graph_is_one_that_the_runtime_takes(
    name: str, keys: tuple[str, ...]
) -> None:
    check_weights(exported(keys, name), name)


@CASES
def test_three_ways_to_the_same_answer(name: str, keys: tuple[str, ...]) -> None:
    """The same without the code of the check: every mask, frames that stay and frames that come."""
    policy, model = policy_with_random_parts(keys, name=name), exported(keys, name)
    size = policy.state_size
    whole = session_of(model)
    split = PolicyRuntime(model, metadata_for(keys, state_size=size), "")
    first = {"state": np.zeros((1, size), np.float32)} if size else {}
    rng = np.random.default_rng(1)
    masks = np.array(list(itertools.product((1.0, 0.0), repeat=len(keys))), np.float32)
    frames, used, in_parts = random_observation(policy.spec, rng), [], []
    for number, mask in enumerate(masks):
        now = random_observation(policy.spec, rng)
        fresh = [e.key for e in policy.spec.images if (number >> e.key.endswith("_1")) % 2 == 0]
        frames |= {key: now[key] for key in fresh}
        used.append(now | {entry.key: frames[entry.key] for entry in policy.spec.images})
        split.recall([0.0] * size)  # each is a first step; frames stay
        in_parts.append(split.act(now, mask, fresh))
    stacked = {key: np.stack([observation[key] for observation in used]) for key in keys}
    with torch.inference_mode():
        tensors = {key: torch.from_numpy(value) for key, value in stacked.items()}
        in_torch = policy(tensors, torch.from_numpy(masks))
    for number, mask in enumerate(masks):
        feed = (
            {key: value[None] for key, value in used[number].items()} | {MASK: mask[None]} | first
        )
        for k, in_whole in enumerate(whole.run(["action", "features"], feed)):
            expected = in_torch[k][number].numpy()
            scale = max(1.0, float(np.abs(expected).max()))
            assert np.abs(in_whole[0] - expected).max() <= FRESH * scale
            assert np.abs(in_parts[number][k] - in_whole[0]).max() <= FRESH * scale


@CASES
def test_no_node_runs_twice_and_the_cameras_run_outside_of_the_head(
    name: str, keys: tuple[str, ...]
) -> None:
    model, spec = exported(keys, name), ObservationSpec.of(keys)
    head, *encoders = [head_of(model, spec)] + [encoder_of(model, e.key) for e in spec.images]
    assert sum(len(part.graph.node) for part in (head, *encoders)) == len(model.graph.node)
    kinds = {node.op_type for node in head.graph.node}
    assert not kinds & {"Conv", "BatchNormalization", "Dropout"}
    inputs = [value.name for value in head.graph.input]
    assert not {entry.key for entry in spec.images} & set(inputs)
