import pytest
import torch
from support.policies import SMALL, policy_with_random_parts, random_batch

from ballbot_fusion.core.spec import DEPLOYED_KEYS, ObservationSpec
from ballbot_fusion.policies.policy import FusionPolicy

SPEC = ObservationSpec.of(DEPLOYED_KEYS)


@pytest.fixture(scope="module")
def policy() -> FusionPolicy:
    return policy_with_random_parts(DEPLOYED_KEYS, name="attention")


def looks(policy: FusionPolicy, batch: dict[str, torch.Tensor], mask: torch.Tensor) -> torch.Tensor:
    features = policy.encode({entry.key: batch[entry.key] for entry in SPEC.images})
    with torch.no_grad():
        return policy.looks(batch, features, mask)


def test_it_looks_at_cameras_that_are_not_masked(policy: FusionPolicy) -> None:
    mask = torch.ones(4, len(SPEC))
    mask[1:, SPEC.keys.index("rgbd_0")] = 0.0
    mask[2:, SPEC.keys.index("rgbd_1")] = 0.0
    found = looks(policy, random_batch(SPEC, 4), mask)
    assert found.shape == (4, SMALL["attention"]["heads"], 1 + 2 * 16)
    assert torch.allclose(found.sum(dim=2), torch.ones(4, SMALL["attention"]["heads"]))
    assert (found[0] > 0.0).all()
    assert (found[1, :, 1:17] == 0.0).all()
    assert (found[1, :, 17:] > 0.0).all()
    assert (found[2:, :, 0] == 1.0).all(), "with both gone it looks at nothing"


@pytest.mark.parametrize("key", ["orientation", "vel", "command"])
def test_where_it_looks_depends_on_what_is_felt_and_commanded(
    policy: FusionPolicy, key: str
) -> None:
    batch, mask = random_batch(SPEC, 1), torch.ones(1, len(SPEC))
    other = {**batch, key: -batch[key]}
    assert not torch.allclose(looks(policy, batch, mask), looks(policy, other, mask), atol=1e-4)


def test_without_cameras_there_is_nothing_to_look_at() -> None:
    spec = ObservationSpec.of(["orientation", "vel", "command"])
    policy = policy_with_random_parts(spec.keys, name="attention")
    found = policy.looks(random_batch(spec, 2), {}, torch.ones(2, len(spec)))
    assert torch.equal(found, torch.ones(2, SMALL["attention"]["heads"], 1))
