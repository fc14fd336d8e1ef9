"""What the recurrent encoder remembers."""

import pytest
import torch
from support.policies import SHORT_KEYS, policy_with_random_parts, random_batch

from ballbot_fusion.policies.policy import FusionPolicy

STREAMS, LENGTH = 3, 7


@pytest.fixture(scope="module")
def policy() -> FusionPolicy:
    return policy_with_random_parts(SHORT_KEYS, name="lstm")


@pytest.fixture(scope="module")
def story(policy: FusionPolicy) -> tuple[dict, dict, torch.Tensor]:
    """Vectors, features and masks of streams, one after another."""
    rows = STREAMS * LENGTH
    vectors = random_batch(policy.spec, rows)
    features = {e.key: torch.randn(rows, 20) for e in policy.spec.images}
    mask = (torch.rand(rows, len(policy.spec)) < 0.7).float()
    return vectors, features, mask


def stepwise(policy, story, state, begins):
    """Fused features (B * L, N) and the last state, as the robot would come to them."""
    steps = []
    for step in range(LENGTH):
        vectors, features, mask = (
            {key: value[step::LENGTH] for key, value in part.items()}
            if isinstance(part, dict)
            else part[step::LENGTH]
            for part in story
        )
        state = state * ~begins[:, step, None]
        fused, state = policy.advance(vectors, features, mask, state)
        steps.append(fused)
    found = torch.stack(steps, dim=1)
    return found.flatten(0, 1), state


@torch.no_grad()
def test_unrolled_is_step_by_step(policy, story) -> None:
    state = torch.randn(STREAMS, policy.state_size)
    begins = torch.zeros(STREAMS, LENGTH, dtype=torch.bool)
    begins[1, 4] = begins[2, 0] = True
    found, last = policy.unrolled(*story, state, begins)
    expected, after = stepwise(policy, story, state, begins)
    torch.testing.assert_close(found, expected)
    torch.testing.assert_close(last, after)


@torch.no_grad()
def test_pieces_that_are_carried_are_one_stream(policy, story) -> None:
    state = torch.zeros(STREAMS, policy.state_size)
    begins = torch.zeros(STREAMS, LENGTH, dtype=torch.bool)
    whole, last = policy.unrolled(*story, state, begins)
    parts, found = torch.arange(STREAMS * LENGTH).reshape(STREAMS, LENGTH).split((3, 4), dim=1), []
    for rows in parts:
        piece = [
            {key: value[rows.flatten()] for key, value in part.items()}
            if isinstance(part, dict)
            else part[rows.flatten()]
            for part in story
        ]
        fused, state = policy.unrolled(*piece, state, begins[:, : rows.shape[1]])
        found.append(fused.unflatten(0, rows.shape))
    torch.testing.assert_close(torch.cat(found, dim=1).flatten(0, 1), whole)
    torch.testing.assert_close(state, last)


@torch.no_grad()
def test_a_stream_that_begins_remembers_nothing(policy, story) -> None:
    begins = torch.zeros(STREAMS, LENGTH, dtype=torch.bool)
    begins[1, 4] = True
    states = torch.zeros(STREAMS, policy.state_size), torch.randn(STREAMS, policy.state_size)
    one, other = (policy.unrolled(*story, state, begins)[0] for state in states)
    equal = (one == other).all(dim=1).reshape(STREAMS, LENGTH)
    assert equal[1].tolist() == [False] * 4 + [True] * 3
    assert not equal[[0, 2]].any()


@torch.no_grad()
def test_acting_is_the_first_step(policy, story) -> None:
    state = torch.zeros(STREAMS * LENGTH, policy.state_size)
    assert torch.equal(policy.fuse(*story), policy.advance(*story, state)[0])


def test_errors_go_back_through_time_but_not_past_a_beginning(policy, story) -> None:
    state = torch.zeros(STREAMS, policy.state_size, requires_grad=True)
    begins = torch.zeros(STREAMS, LENGTH, dtype=torch.bool)
    begins[1, 4] = True
    fused, _ = policy.unrolled(*story, state, begins)
    fused.unflatten(0, begins.shape)[:, -1].sum().backward()
    assert state.grad is not None
    assert state.grad.any(dim=1).tolist() == [True, False, True]


def test_what_does_not_remember_says_so(story) -> None:
    plain = policy_with_random_parts(SHORT_KEYS, name="concat")
    with pytest.raises(NotImplementedError, match="concat has no state"):
        plain.unrolled(*story, torch.zeros(STREAMS, 0), torch.zeros(STREAMS, LENGTH))
