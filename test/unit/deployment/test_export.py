from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from support.policies import metadata_for, policy_with_random_parts

from ballbot_fusion.core.spec import BALANCE_KEYS
from ballbot_fusion.deployment import export as module
from ballbot_fusion.deployment.export import export
from ballbot_fusion.deployment.policy_file import PolicyFileError
from ballbot_fusion.deployment.runtime import PolicyRuntime

METADATA = metadata_for(BALANCE_KEYS)


def test_it_writes_a_file_that_loads_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "policy.onnx"
    assert export(policy_with_random_parts(BALANCE_KEYS), METADATA, path) <= 1e-5
    assert PolicyRuntime.load(path).metadata == METADATA
    assert list(path.parent.iterdir()) == [path]


def test_the_same_policy_gives_the_same_bytes(tmp_path: Path) -> None:
    paths = [tmp_path / "a.onnx", tmp_path / "b.onnx"]
    for path in paths:
        export(policy_with_random_parts(BALANCE_KEYS), METADATA, path)
    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize("training", [True, False])
def test_training_goes_on_as_it_was(tmp_path: Path, training: bool) -> None:
    policy = policy_with_random_parts(BALANCE_KEYS).train(training)
    before = {key: value.clone() for key, value in policy.state_dict().items()}
    export(policy, METADATA, tmp_path / "policy.onnx")
    assert all(part.training is training for part in policy.modules())
    assert all(torch.equal(value, before[key]) for key, value in policy.state_dict().items())


def assert_nothing_written(folder: Path, policy: Any, metadata: Any, message: str) -> None:
    old = folder / "policy.onnx"
    old.write_bytes(b"the policy of yesterday")
    with pytest.raises(PolicyFileError, match=message):
        export(policy, metadata, old)
    assert old.read_bytes() == b"the policy of yesterday"
    assert list(folder.iterdir()) == [old]


@pytest.mark.parametrize("error", [2e-5, np.nan])
def test_a_difference_to_torch_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: float
) -> None:
    run = module._in_torch

    def wrong(*arguments: Any) -> Any:
        action, features = run(*arguments)
        return action + np.float32(error), features

    monkeypatch.setattr(module, "_in_torch", wrong)
    policy = policy_with_random_parts(BALANCE_KEYS)
    assert_nothing_written(tmp_path, policy, METADATA, "differ by.*allowed are 1e-05")


def test_a_difference_of_the_split_graph_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    act = PolicyRuntime.act

    def wrong(*arguments: Any) -> Any:
        output = act(*arguments)
        return output._replace(features=output.features + np.float32(1e-3))

    monkeypatch.setattr(PolicyRuntime, "act", wrong)
    policy = policy_with_random_parts(BALANCE_KEYS)
    assert_nothing_written(tmp_path, policy, METADATA, "differ by")


def test_weights_that_are_not_finite_are_not_written(tmp_path: Path) -> None:
    policy = policy_with_random_parts(BALANCE_KEYS)
    with torch.no_grad():
        policy.head.action[0].bias[3] = torch.inf  # type: ignore[index,union-attr]
    assert_nothing_written(tmp_path, policy, METADATA, "head.action.0.bias.*not finite")


def test_a_contract_of_another_network_is_not_written(tmp_path: Path) -> None:
    policy = policy_with_random_parts(BALANCE_KEYS)
    swapped = metadata_for((*BALANCE_KEYS[::-1],))
    assert_nothing_written(tmp_path, policy, swapped, "mask would hide the wrong modalities")
