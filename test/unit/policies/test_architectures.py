"""What holds for every architecture of the table; a new one is covered by its line there."""

import itertools
import re
from importlib import import_module

import pytest
import torch
from support.policies import keys_of, policy_with_random_parts, random_batch
from torch import Tensor, nn

from ballbot_fusion.core.settings import SettingsError
from ballbot_fusion.core.spec import BALANCE_KEYS, DEPLOYED_KEYS, SEED_KEYS, ObservationSpec
from ballbot_fusion.policies.felt import FELT
from ballbot_fusion.policies.policy import FusionPolicy
from ballbot_fusion.policies.table import ARCHITECTURES, build

SPECS = {name: ObservationSpec.of(keys_of(name)) for name in ARCHITECTURES}
FUSED = {
    "concat": (55, 62, 12),
    "mlp_proprio": (56, 63, 16),
    "shared": (55, 62, 12),
    "attention": (143, 150, 140),
    "transformer": (143, 145, 140),
    "vit": (143, 145, 140),
    "hierarchical": (143, 145, 140),
    "language": (271, 278, 268),
    "weighted": (35, 37, 32),
    "early": (64, 64, 64),
    "decision": (56, 77, 35),
    "velocity_history": (79, 86, 36),
    "lstm": (47, 54, 44),
    "frame_stack": (55, 62, 12),
}
"""Fused features by default: with the seed's modalities, as deployed, for balancing alone."""
MIXED = {"early", "decision"}
"""Those whose action is made of images too; their docstrings say why."""
Policies = dict[str, FusionPolicy]
EACH = pytest.mark.parametrize("name", ARCHITECTURES)


@pytest.fixture(scope="module")
def policies() -> Policies:
    return {name: policy_with_random_parts(keys_of(name), name=name) for name in ARCHITECTURES}


def images_of(policy: FusionPolicy, batch: dict[str, Tensor]) -> dict[str, Tensor]:
    return {entry.key: batch[entry.key] for entry in policy.spec.images}


@pytest.mark.parametrize("name", FUSED)
def test_number_of_fused_features(name: str) -> None:
    for keys, size in zip((SEED_KEYS, DEPLOYED_KEYS, BALANCE_KEYS), FUSED[name], strict=True):
        policy = build(name, ObservationSpec.of(keys_of(name, keys)), {}).eval()
        mask = torch.ones(2, len(policy.spec))
        action, features = policy(random_batch(policy.spec, 2), mask)
        assert features.shape == (2, size)
        assert action.shape == (2, 3)


@EACH
def test_its_file_says_how_many_fused_features_there_are(name: str) -> None:
    policy = build(name, ObservationSpec.of(keys_of(name, SEED_KEYS)), {}).eval()
    _, features = policy(random_batch(policy.spec, 1), torch.ones(1, len(policy.spec)))
    documented = import_module(ARCHITECTURES[name]).__doc__ or ""
    assert re.search(rf"\b{features.shape[1]}\b", documented)


@EACH
def test_order_of_the_spec_decides_not_that_of_the_dictionary(
    policies: Policies, name: str
) -> None:
    spec = SPECS[name]
    batch, mask = random_batch(spec, 2), torch.ones(2, len(spec))
    reversed_batch = dict(reversed(batch.items()))
    assert torch.equal(policies[name](batch, mask)[1], policies[name](reversed_batch, mask)[1])


@EACH
def test_every_mask_gives_a_finite_action_in_range(policies: Policies, name: str) -> None:
    policy, spec = policies[name], SPECS[name]
    batch = random_batch(spec, 1)
    masks = torch.tensor(list(itertools.product((0.0, 1.0), repeat=len(spec))))
    with torch.inference_mode():
        features = policy.encode(images_of(policy, batch))
        vectors = {entry.key: batch[entry.key] for entry in spec.vectors}
        action, fused = policy.act(
            *(
                {key: value.expand(len(masks), *value.shape[1:]) for key, value in found.items()}
                for found in (vectors, features)
            ),
            masks,
        )
    assert action.isfinite().all()
    assert fused.isfinite().all()
    assert (action.abs() <= 1.0).all()
    assert len(action.unique(dim=0)) == len(masks), "some modality has no influence at all"


def each_hidden(spec: ObservationSpec) -> tuple[dict[str, Tensor], Tensor]:
    """As many samples as modalities; the mask hides another one in each."""
    return random_batch(spec, len(spec)), 1.0 - torch.eye(len(spec))


def with_hidden(spec: ObservationSpec, batch: dict[str, Tensor], value: float) -> dict[str, Tensor]:
    """The same, with ``value`` all over what is hidden."""
    changed = {key: part.clone() for key, part in batch.items()}
    for row, key in enumerate(spec.keys):
        changed[key][row] = value
    return changed


@EACH
@pytest.mark.parametrize("nonsense", [float("nan"), float("inf"), 1e30])
@pytest.mark.parametrize("gradients", [True, False])
def test_what_is_masked_has_no_influence(
    policies: Policies, name: str, nonsense: float, gradients: bool
) -> None:
    """With and without gradients: torch's attention takes another way without."""
    batch, mask = each_hidden(SPECS[name])
    with torch.set_grad_enabled(gradients):
        expected = policies[name](batch, mask)
        found = policies[name](with_hidden(SPECS[name], batch, nonsense), mask)
    for one, other in zip(found, expected, strict=True):
        assert other.isfinite().all()
        assert torch.equal(one, other)


@EACH
def test_what_is_masked_is_not_taken_for_zeros(policies: Policies, name: str) -> None:
    batch, mask = each_hidden(SPECS[name])
    seen_as_zeros = policies[name](with_hidden(SPECS[name], batch, 0.0), torch.ones_like(mask))[0]
    assert (policies[name](batch, mask)[0] != seen_as_zeros).any(dim=1).all()


@EACH
def test_encoding_and_acting_in_two_steps_is_doing_both(policies: Policies, name: str) -> None:
    policy, spec = policies[name], SPECS[name]
    batch, mask = random_batch(spec, 2), torch.ones(2, len(spec))
    features = {}
    for key, image in images_of(policy, batch).items():
        features |= policy.encode({key: image})
    assert list(features) == [entry.key for entry in spec.images]
    assert all(found.dim() == 2 for found in features.values()), "rows of numbers, for the runtime"
    vectors = {entry.key: batch[entry.key] for entry in spec.vectors}
    for found, right in zip(policy.act(vectors, features, mask), policy(batch, mask), strict=True):
        assert torch.equal(found, right)
    action, intent = policy.decide(policy.fuse(vectors, features, mask))
    assert torch.equal(action, policy(batch, mask)[0])
    assert intent.shape == (2, 3)


@EACH
def test_samples_of_a_batch_do_not_see_each_other(policies: Policies, name: str) -> None:
    spec = SPECS[name]
    batch = random_batch(spec, 3)
    mask = (torch.rand(3, len(spec), generator=torch.Generator().manual_seed(2)) > 0.3).float()
    alone = policies[name]({key: value[1:2] for key, value in batch.items()}, mask[1:2])
    for found, right in zip(policies[name](batch, mask), alone, strict=True):
        assert torch.allclose(found[1:2], right, atol=1e-5, rtol=1e-5)


@EACH
def test_each_camera_is_another(policies: Policies, name: str) -> None:
    left, right = SPECS[name].images
    image = torch.rand(1, *left.shape)
    features = policies[name].encode(dict.fromkeys((left.key, right.key), image))
    assert not torch.equal(*features.values())


def _subtracted(policy: nn.Module) -> set[str]:
    """Biases in front of a BatchNorm, which takes them out again: their gradient is rounding."""
    return {
        f"{name}.{number}.bias"
        for name, part in policy.named_modules()
        if isinstance(part, nn.Sequential)
        for number, (_, norm) in enumerate(itertools.pairwise(part))
        if isinstance(norm, nn.BatchNorm1d | nn.BatchNorm2d)
    }


@EACH
def test_gradients_reach_every_parameter_that_is_used(name: str) -> None:
    policy, spec = policy_with_random_parts(keys_of(name), name=name).train(), SPECS[name]
    mask = (torch.rand(16, len(spec), generator=torch.Generator().manual_seed(1)) > 0.5).float()
    policy(random_batch(spec, 16), mask)[0].square().sum().backward()
    without = {n for n, p in policy.named_parameters() if p.grad is None or not p.grad.any()}
    assert without - _subtracted(policy) == set()


@EACH
def test_vision_is_what_encode_uses_and_nothing_else(name: str) -> None:
    policy = policy_with_random_parts(keys_of(name), name=name)
    features = policy.encode(images_of(policy, random_batch(policy.spec, 2)))
    torch.cat(list(features.values()), dim=1).sum().backward()
    used = {id(p) for p in policy.parameters() if p.grad is not None}
    assert used == {id(p) for p in policy.vision.parameters()}


@EACH
def test_mixed_precision_computes_and_learns(name: str) -> None:
    policy, spec = policy_with_random_parts(keys_of(name), name=name).train(), SPECS[name]
    with torch.autocast("cpu", torch.bfloat16):
        action, _ = policy(random_batch(spec, 4), torch.eye(4, len(spec)))
    action.float().square().sum().backward()
    found = [p.grad for p in policy.parameters() if p.grad is not None]
    assert found
    assert all(gradient.isfinite().all() for gradient in found)


@pytest.mark.parametrize("name", [name for name in ARCHITECTURES if name not in MIXED])
def test_command_and_images_reach_the_action_by_the_intent_alone(name: str) -> None:
    policy = policy_with_random_parts(keys_of(name), name=name)
    first, second = (random_batch(policy.spec, 4, seed) for seed in (1, 2))
    felt = {key: value for key, value in first.items() if key in (*FELT, "vel_history")}
    mask = torch.ones(4, len(policy.spec))
    with torch.no_grad():
        assert not torch.equal(policy(first, mask)[0], policy({**second, **felt}, mask)[0])
        for parameter in policy.head.intent[-1].parameters():
            parameter.zero_()
        assert torch.equal(policy(first, mask)[0], policy({**second, **felt}, mask)[0])


TOKENS = [{"heads": 3}, {"layers": 0}, {"dropout": 1.0}, {"pooling": "max"}, {"feed_forward": 0}]
REFUSED = {
    "concat": [{"hidden": [0]}, {"image_features": 0}],
    "mlp_proprio": [{"proprio_hidden": 0}, {"proprio_features": -1}],
    "shared": [{"width": 0}],
    "attention": [{"heads": 3}, {"d_model": 20}, {"heads": 0}],
    "language": [{"heads": 3}, {"d_model": 20}, {"words": 0}],
    "transformer": [*TOKENS, {"d_model": 100}],
    "vit": [*TOKENS, {"patch": 0}, {"camera_layers": 0}],
    "hierarchical": [*TOKENS, {"local_heads": 5}],
    "weighted": [{"width": 0}],
    "early": [{"width": 0}, {"features": 0}],
    "decision": [{"hidden": [0]}],
    "frame_stack": [{"image_features": 0}],
    "lstm": [{"memory": 0}, {"image_features": 0}],
    "velocity_history": [{"steps": 0}, {"steps": 9}, {"every": 0}, {"steps": 3, "every": 4}],
}
"""Settings that make no sense, by architecture."""


@pytest.mark.parametrize("name", REFUSED)
def test_settings_that_make_no_sense_are_refused(name: str) -> None:
    for settings in REFUSED[name]:
        wrong = "heads" if settings.keys() == {"d_model"} else next(iter(settings))
        with pytest.raises(SettingsError, match=wrong):
            build(name, SPECS[name], settings)


@EACH
def test_settings_that_it_does_not_have_are_refused(name: str) -> None:
    with pytest.raises(SettingsError, match="hiden"):
        build(name, SPECS[name], {"hiden": [64]})
