import itertools
import re

import pytest
import torch
from support.policies import policy_with_random_parts, random_batch

from ballbot_fusion.core.settings import SettingsError
from ballbot_fusion.core.spec import BALANCE_KEYS, DEPLOYED_KEYS, SEED_KEYS, ObservationSpec
from ballbot_fusion.policies.felt import FELT
from ballbot_fusion.policies.table import build

SPEC = ObservationSpec.of(DEPLOYED_KEYS)


@pytest.fixture(scope="module")
def policy() -> torch.nn.Module:
    return policy_with_random_parts(DEPLOYED_KEYS)


@pytest.mark.parametrize(
    ("keys", "size"), [(SEED_KEYS, 55), (DEPLOYED_KEYS, 62), (BALANCE_KEYS, 12)]
)
def test_number_of_fused_features(keys: tuple[str, ...], size: int) -> None:
    policy = policy_with_random_parts(keys)
    action, features = policy(random_batch(policy.spec, 2), torch.ones(2, len(keys)))
    assert features.shape == (2, size)
    assert action.shape == (2, 3)


def test_features_lie_in_the_order_of_the_spec(policy: torch.nn.Module) -> None:
    batch = random_batch(SPEC, 4)
    _, fused = policy(batch, torch.ones(4, len(SPEC)))
    encoded = policy.encode({entry.key: batch[entry.key] for entry in SPEC.images})
    for entry in SPEC:
        found = fused[:, SPEC.feature_slices()[entry.key]]
        key = entry.key
        expected = encoded[key] if entry.is_image else policy.scaling(key, batch[key])
        assert torch.equal(found, expected), key


def test_order_of_the_spec_decides_not_that_of_the_dictionary(policy: torch.nn.Module) -> None:
    batch, mask = random_batch(SPEC, 2), torch.ones(2, len(SPEC))
    reversed_batch = dict(reversed(batch.items()))
    assert torch.equal(policy(batch, mask)[1], policy(reversed_batch, mask)[1])


def test_every_mask_gives_a_finite_action_in_range(policy: torch.nn.Module) -> None:
    masks = torch.tensor(list(itertools.product((0.0, 1.0), repeat=len(SPEC))))
    batch = {key: value.expand(len(masks), *value.shape[1:]) for key, value in
             random_batch(SPEC, 1).items()}  # fmt: skip
    with torch.inference_mode():
        action, _ = policy(batch, masks)
    assert action.isfinite().all()
    assert (action.abs() <= 1.0).all()
    assert len(action.unique(dim=0)) == len(masks), "some modality has no influence at all"


@pytest.mark.parametrize("nonsense", [float("nan"), float("inf"), 1e30])
@pytest.mark.parametrize("key", DEPLOYED_KEYS)
def test_what_is_masked_has_no_influence(
    policy: torch.nn.Module, key: str, nonsense: float
) -> None:
    batch, mask = random_batch(SPEC, 2), torch.ones(2, len(SPEC))
    mask[0, SPEC.keys.index(key)] = 0.0
    expected_action, expected_features = policy(batch, mask)
    batch[key] = batch[key].clone()
    batch[key][0] = nonsense
    action, features = policy(batch, mask)
    assert torch.equal(action, expected_action)
    assert torch.equal(features, expected_features)


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


def test_each_camera_has_its_own_encoder(policy: torch.nn.Module) -> None:
    image = torch.rand(1, 1, 64, 64)
    features = policy.encode({"rgbd_0": image, "rgbd_1": image})
    assert not torch.equal(features["rgbd_0"], features["rgbd_1"])


def test_encoding_one_camera_alone_is_encoding_it_among_others(policy: torch.nn.Module) -> None:
    batch = random_batch(SPEC, 1)
    both = policy.encode({key: batch[key] for key in ("rgbd_0", "rgbd_1")})
    assert torch.equal(policy.encode({"rgbd_1": batch["rgbd_1"]})["rgbd_1"], both["rgbd_1"])


def test_gradients_reach_every_parameter_that_is_used() -> None:
    policy = policy_with_random_parts(DEPLOYED_KEYS).train()
    mask = (torch.rand(16, len(SPEC), generator=torch.Generator().manual_seed(1)) > 0.5).float()
    policy(random_batch(SPEC, 16), mask)[0].square().sum().backward()
    without = [n for n, p in policy.named_parameters() if p.grad is None or not p.grad.any()]
    # A bias in front of a BatchNorm is subtracted again: its gradient is rounding at most.
    subtracted = re.compile(r"encoders\.\w+\.(convolutions\.[03]|bottleneck\.0)\.bias")
    assert [name for name in without if not subtracted.fullmatch(name)] == []


def test_head_sizes_are_settings() -> None:
    policy = build("concat", SPEC, {"hidden": [7, 5], "intent_hidden": [9]})
    for layers, sizes in ((policy.head.action, [7, 5, 3]), (policy.head.intent, [9, 3])):
        assert [m.out_features for m in layers if isinstance(m, torch.nn.Linear)] == sizes


@pytest.mark.parametrize("settings", [{"hidden": [0]}, {"image_features": 0}, {"hiden": [64]}])
def test_settings_that_make_no_sense_are_refused(settings: dict[str, object]) -> None:
    with pytest.raises(SettingsError, match=next(iter(settings))):
        build("concat", SPEC, settings)


def test_command_and_images_reach_the_action_by_the_intent_alone() -> None:
    policy = policy_with_random_parts(DEPLOYED_KEYS)
    first, second = (random_batch(policy.spec, 4, seed) for seed in (1, 2))
    felt = {key: value for key, value in first.items() if key in FELT}
    mask = torch.ones(4, len(policy.spec))
    with torch.no_grad():
        assert not torch.equal(policy(first, mask)[0], policy({**second, **felt}, mask)[0])
        for parameter in policy.head.intent[-1].parameters():
            parameter.zero_()
        assert torch.equal(policy(first, mask)[0], policy({**second, **felt}, mask)[0])
