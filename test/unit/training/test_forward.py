import pytest
import torch
from support.policies import keys_of, policy_with_random_parts, random_batch

from ballbot_fusion.core.spec import DEPLOYED_KEYS, ObservationSpec
from ballbot_fusion.policies.table import ARCHITECTURES, build
from ballbot_fusion.training.forward import encoded, fused, padded

SPEC = ObservationSpec.of(DEPLOYED_KEYS)
ATTENDING = ("attention", "transformer", "vit", "hierarchical", "language")


@pytest.mark.parametrize("name", ARCHITECTURES)
@pytest.mark.parametrize("rows", [1, 2, 5])
def test_samples_without_cameras_fuse_as_if_theirs_were_hidden(name: str, rows: int) -> None:
    spec = ObservationSpec.of(keys_of(name))
    policy = policy_with_random_parts(spec.keys, name=name)
    batch = random_batch(spec, 5)
    mask = (torch.rand(5, len(spec), generator=torch.Generator().manual_seed(1)) > 0.3).float()
    mask[rows:, [spec.keys.index(entry.key) for entry in spec.images]] = 0.0
    features = encoded(policy, batch, rows, mixed=False)
    expected = policy.fuse(batch, padded(features, 5), mask)
    torch.testing.assert_close(fused(policy, batch, features, mask, rows), expected)


@pytest.mark.parametrize("name", ATTENDING)
def test_what_attends_is_not_given_what_is_hidden(name: str, monkeypatch) -> None:
    spec = ObservationSpec.of(keys_of(name))
    policy, given = policy_with_random_parts(spec.keys, name=name), []
    whole = policy.fuse

    def fuse(vectors, features, mask):
        given.append((len(mask), list(features)))
        return whole(vectors, features, mask)

    monkeypatch.setattr(policy, "fuse", fuse)
    batch, mask = random_batch(spec, 5), torch.ones(5, len(spec))
    mask[2:, [spec.keys.index(entry.key) for entry in spec.images]] = 0.0
    fused(policy, batch, encoded(policy, batch, 2, mixed=False), mask, 2)
    assert given == [(2, [entry.key for entry in spec.images]), (3, [])]


def test_mixed_precision_encodes_images_alone_and_nearly_the_same() -> None:
    torch.manual_seed(0)
    policy = build("concat", SPEC, {}).train()
    observation = {entry.key: torch.rand(6, *entry.shape) for entry in SPEC.images}
    exact = padded(encoded(policy, observation, 4, mixed=False), 6)
    mixed = padded(encoded(policy, observation, 4, mixed=True), 6)
    for key, features in mixed.items():
        assert features.dtype is torch.float32
        assert not features[4:].any()
        assert not torch.equal(features, exact[key])
        torch.testing.assert_close(features, exact[key], atol=0.05, rtol=0.05)
    sum(features.square().sum() for features in mixed.values()).backward()  # type: ignore[union-attr]
    found = [p.grad for p in policy.vision.parameters() if p.grad is not None]
    assert found
    assert all(gradient.isfinite().all() for gradient in found)
