import pytest
import torch
from support.policies import policy_with_random_parts, random_batch

from ballbot_fusion.core.spec import DEPLOYED_KEYS, ObservationSpec
from ballbot_fusion.policies.table import build

SPEC = ObservationSpec.of(DEPLOYED_KEYS)


@pytest.fixture(scope="module")
def policy() -> torch.nn.Module:
    return policy_with_random_parts(DEPLOYED_KEYS)


def test_features_lie_in_the_order_of_the_spec(policy: torch.nn.Module) -> None:
    batch = random_batch(SPEC, 4)
    _, fused = policy(batch, torch.ones(4, len(SPEC)))
    encoded = policy.encode({entry.key: batch[entry.key] for entry in SPEC.images})
    for key, expected in (encoded | policy.scaled(batch)).items():
        assert torch.equal(fused[:, SPEC.feature_slices()[key]], expected), key


@pytest.mark.parametrize("learned", [True, False])
def test_masked_features_are_the_embedding_or_zero(learned: bool) -> None:
    policy = policy_with_random_parts(DEPLOYED_KEYS, {"learned_missing": learned})
    _, fused = policy(random_batch(SPEC, 1), torch.zeros(1, len(SPEC)))
    if learned:
        assert torch.equal(fused[0], torch.cat([getattr(policy.missing, k) for k in SPEC.keys]))
        assert fused.any()
    else:
        assert not fused.any()


def test_learned_embeddings_are_trained_and_zeros_are_not() -> None:
    learned = dict(build("concat", SPEC, {}).named_parameters())
    fixed = dict(build("concat", SPEC, {"learned_missing": False}).named_parameters())
    assert {f"missing.{key}" for key in SPEC.keys} == set(learned) - set(fixed)


def test_head_sizes_are_settings() -> None:
    policy = build("concat", SPEC, {"hidden": [7, 5], "intent_hidden": [9]})
    for layers, sizes in ((policy.head.action, [7, 5, 3]), (policy.head.intent, [9, 3])):
        assert [m.out_features for m in layers if isinstance(m, torch.nn.Linear)] == sizes
