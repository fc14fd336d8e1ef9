"""To an architecture that leaves masked tokens out, a masked sensor is one that it never had."""

import pytest
import torch
from support.policies import SMALL, policy_with_random_parts, random_batch
from torch import Tensor

from ballbot_fusion.core.spec import BALANCE_KEYS, ObservationSpec
from ballbot_fusion.policies.policy import FusionPolicy
from ballbot_fusion.policies.table import build

BLIND = ObservationSpec.of([*BALANCE_KEYS, "command"])
SEEING = ObservationSpec.of([*BLIND.keys, "rgbd_0", "rgbd_1"])


def with_weights_of(other: FusionPolicy, name: str, settings: dict[str, object]) -> FusionPolicy:
    """A policy without cameras: of ``other``, the weights that it has, cut where those end."""
    policy, given = build(name, BLIND, settings), other.state_dict()
    with torch.no_grad():
        for key, value in policy.state_dict().items():
            rows = tuple(slice(size) for size in value.shape)
            value.copy_(given[key][rows])
    return policy.eval()


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("attention", {}),
        ("transformer", {"pooling": "mean"}),
        ("transformer", {"pooling": "query"}),
        ("vit", {"pooling": "mean"}),
        ("vit", {"pooling": "query"}),
        ("hierarchical", {"pooling": "mean"}),
        ("weighted", {}),
        ("decision", {}),
    ],
)
def test_masked_cameras_are_cameras_that_are_not_there(
    name: str, changes: dict[str, object]
) -> None:
    settings = SMALL.get(name, {}) | changes
    policy = policy_with_random_parts(SEEING.keys, settings, name=name)
    without = with_weights_of(policy, name, settings)
    batch = random_batch(SEEING, 3)
    mask = torch.ones(3, len(SEEING))
    mask[:, len(BLIND) :] = 0.0
    expected: Tensor = without(batch, torch.ones(3, len(BLIND)))[0]
    assert torch.allclose(policy(batch, mask)[0], expected, atol=1e-6)
    assert not torch.allclose(policy(batch, torch.ones_like(mask))[0], expected, atol=1e-3)
