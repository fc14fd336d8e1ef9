"""What only holds for the policy that is told in words; the rest is in test_architectures.py."""

import itertools

import pytest
import torch
from support.policies import policy_with_random_parts, random_batch

from ballbot_fusion.core.spec import INSTRUCTION, SPOKEN_KEYS, ObservationSpec
from ballbot_fusion.policies.cross_attention import CrossAttention
from ballbot_fusion.policies.felt import FELT
from ballbot_fusion.policies.policy import FusionPolicy

SPEC = ObservationSpec.of(SPOKEN_KEYS)
COLUMN = SPEC.keys.index(INSTRUCTION)
CAMERAS = [SPEC.keys.index(entry.key) for entry in SPEC.images]


@pytest.fixture(scope="module")
def policy() -> FusionPolicy:
    return policy_with_random_parts(SPOKEN_KEYS, name="language")


def shown(rows: int, *hidden: int) -> torch.Tensor:
    mask = torch.ones(rows, len(SPEC))
    mask[:, list(hidden)] = 0.0
    return mask


def test_numbers_do_not_command_it() -> None:
    assert "command" not in SPEC
    assert INSTRUCTION not in FELT


def test_every_mask_gives_another_finite_action(policy: FusionPolicy) -> None:
    masks = torch.tensor(list(itertools.product((0.0, 1.0), repeat=len(SPEC))))
    batch = {k: v.expand(len(masks), *v.shape[1:]) for k, v in random_batch(SPEC, 1).items()}
    with torch.inference_mode():
        features = {key: v[:1] for key, v in batch.items() if key in {e.key for e in SPEC.images}}
        encoded = {k: v.expand(len(masks), -1) for k, v in policy.encode(features).items()}
        action, fused = policy.act(batch, encoded, masks)
    assert action.isfinite().all()
    assert fused.isfinite().all()
    assert (action.abs() <= 1.0).all()
    assert len(action.unique(dim=0)) == len(masks)


@pytest.mark.parametrize("nonsense", [0.0, float("nan"), float("inf"), 1e30])
@pytest.mark.parametrize("gradients", [True, False])
def test_what_was_not_said_has_no_influence(
    policy: FusionPolicy, nonsense: float, gradients: bool
) -> None:
    batch, mask = random_batch(SPEC, 3), shown(3, COLUMN)
    changed = {**batch, INSTRUCTION: torch.full_like(batch[INSTRUCTION], nonsense)}
    with torch.set_grad_enabled(gradients):
        for found, right in zip(policy(changed, mask), policy(batch, mask), strict=True):
            assert right.isfinite().all()
            assert torch.equal(found, right)


@pytest.mark.parametrize("hidden", [(), tuple(CAMERAS)], ids=["seeing", "blind"])
def test_what_was_said_changes_the_intent_with_cameras_and_without(
    policy: FusionPolicy, hidden: tuple[int, ...]
) -> None:
    batch, mask = random_batch(SPEC, 3), shown(3, *hidden)
    other = {**batch, INSTRUCTION: random_batch(SPEC, 3, seed=1)[INSTRUCTION]}
    with torch.inference_mode():
        assert (policy(batch, mask)[0] != policy(other, mask)[0]).any(dim=1).all()


def test_what_is_seen_listens_to_what_was_said(policy: FusionPolicy) -> None:
    batch = random_batch(SPEC, 2)
    vectors = {entry.key: batch[entry.key] for entry in SPEC.vectors}
    with torch.inference_mode():
        features = policy.encode({entry.key: batch[entry.key] for entry in SPEC.images})
        told, silent = (
            policy.looks(vectors, features, mask)  # type: ignore[operator]
            for mask in (shown(2), shown(2, COLUMN))
        )
    assert told.shape == (2, 2, 32, 1 + 2), "heads, cells of both cameras, always and words"
    assert told.sum(dim=-1).numpy() == pytest.approx(1.0, abs=1e-5)
    assert (told[..., 1:] > 0.0).all()
    assert not silent[..., 1:].any()


def test_conditioning_ignores_what_it_must_and_keeps_samples_apart() -> None:
    torch.manual_seed(0)
    attend = CrossAttention(16, 4)
    queries, tokens = torch.randn(3, 5, 16), torch.randn(3, 4, 16)
    ignored = torch.tensor([[False, True, False, True]]).expand(3, -1)
    right = attend(queries, tokens, ignored)
    changed = tokens.clone()
    changed[ignored] = 1e6
    changed[2] = 7.0
    found = attend(queries, changed, ignored)
    assert torch.equal(found[:2], right[:2])
    assert not torch.equal(found[2], right[2])
    weights = attend.weights(queries, tokens, ignored)
    values = attend.value(tokens).unflatten(2, (4, 4)).transpose(1, 2)
    by_hand = attend.norm(queries + attend.output((weights @ values).transpose(1, 2).flatten(2)))
    assert torch.allclose(by_hand, right, atol=1e-6)
