"""The parts of architectures with attention, against torch's own where it has them."""

import pytest
import torch
from torch import nn

from ballbot_fusion.core.spec import DEPLOYED_KEYS, ObservationSpec
from ballbot_fusion.policies.grid_encoder import GridTokens
from ballbot_fusion.policies.local_numbers import LocalNumbers
from ballbot_fusion.policies.patch_encoder import PatchTokens
from ballbot_fusion.policies.pooling import mean_pool
from ballbot_fusion.policies.query_attention import QueryAttention
from ballbot_fusion.policies.self_attention import SelfAttention
from ballbot_fusion.policies.token_sequence import TokenSequence

WIDTH, HEADS = 16, 4
IGNORED = torch.tensor([[False, True, False, False, True], [False, True, True, True, True]])


@pytest.fixture
def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def test_a_query_attends_as_torch_s_multihead_attention_does(generator: torch.Generator) -> None:
    ours, reference = QueryAttention(7, WIDTH, HEADS), nn.MultiheadAttention(
        WIDTH, HEADS, batch_first=True
    )  # fmt: skip
    query, tokens = torch.randn(2, 7, generator=generator), torch.randn(2, 5, WIDTH)
    with torch.no_grad():
        reference.in_proj_weight.copy_(
            torch.cat([torch.eye(WIDTH), ours.key.weight, ours.value.weight])
        )
        reference.in_proj_bias[2 * WIDTH :] = ours.value.bias
        reference.out_proj.load_state_dict(ours.output.state_dict())
        expected, weights = reference(
            ours.query(query)[:, None], tokens, tokens, key_padding_mask=IGNORED,
            average_attn_weights=False,
        )  # fmt: skip
        assert torch.allclose(ours(query, tokens, IGNORED), expected[:, 0], atol=1e-6)
        found = ours.weights(query, tokens, IGNORED)
    assert torch.allclose(found, weights[:, :, 0], atol=1e-6)
    assert torch.allclose(found.sum(dim=2), torch.ones(2, HEADS))
    assert not found[IGNORED[:, None].expand_as(found)].any()


def test_the_mean_is_that_of_the_tokens_that_count(generator: torch.Generator) -> None:
    tokens = torch.randn(2, 5, WIDTH, generator=generator)
    found = mean_pool(tokens, IGNORED)
    assert torch.allclose(found[0], tokens[0, [0, 2, 3]].mean(dim=0), atol=1e-6)
    assert torch.equal(found[1], tokens[1, 0])


def test_the_layers_of_self_attention_start_out_different() -> None:
    first, second = SelfAttention(WIDTH, HEADS, 2, 32, 0.0).layers
    assert not torch.equal(first.linear1.weight, second.linear1.weight)
    assert not torch.equal(first.self_attn.in_proj_weight, second.self_attn.in_proj_weight)


def test_ignored_tokens_are_not_looked_at(generator: torch.Generator) -> None:
    attention = SelfAttention(WIDTH, HEADS, 2, 32, 0.0).eval()
    tokens = torch.randn(1, 5, WIDTH, generator=generator)
    found = attention(tokens, IGNORED[:1])[:, ~IGNORED[0]]
    expected = attention(tokens[:, ~IGNORED[0]])
    assert torch.allclose(found, expected, atol=1e-5)


def test_a_sequence_begins_with_a_token_that_is_never_hidden() -> None:
    sequence = TokenSequence(2, WIDTH)
    tokens, ignored = sequence(
        [torch.zeros(3, 1, WIDTH), torch.zeros(3, 4, WIDTH)],
        torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0]]),
    )
    assert ignored.tolist() == [
        [False, True, True, True, True, True],
        [False, True, False, False, False, False],
        [False, False, True, True, True, True],
    ]
    assert torch.equal(tokens[:, 0], sequence.always[0].expand(3, -1))
    assert torch.equal(tokens[1, 2:], sequence.positions[1].expand(4, -1))


def test_numbers_look_at_those_of_their_own_vector_only(generator: torch.Generator) -> None:
    """Kept apart in one sequence is the same as one vector after the other."""
    spec = ObservationSpec.of(DEPLOYED_KEYS)
    attention = SelfAttention(WIDTH, HEADS, 2, 32, 0.0)
    numbers = LocalNumbers(spec, WIDTH, attention).eval()
    vectors = {e.key: torch.randn(2, e.size, generator=generator) for e in spec.vectors}
    found, start = numbers(vectors), 0
    assert list(found) == [entry.key for entry in spec.vectors]
    for key, value in vectors.items():
        part = slice(start, start := start + value.shape[1])
        tokens = value[:, :, None] * numbers.direction[part] + numbers.position[part]
        assert torch.allclose(found[key], attention(tokens).mean(dim=1), atol=1e-5), key


def test_a_cell_of_the_grid_sees_its_own_part_of_the_image() -> None:
    encoder = GridTokens((1, 64, 64), WIDTH).eval()
    image = torch.zeros(1, 1, 64, 64)
    before = encoder(image)
    image[0, 0, 36:44, 20:28] = 1.0  # in the third row of cells, the second column
    changed = (encoder(image) - before).abs().sum(dim=2)[0] > 1e-6
    assert changed.nonzero().flatten().tolist() == [9]


def test_a_patch_is_its_own_part_of_the_image() -> None:
    encoder = PatchTokens((1, 64, 64), 16, WIDTH, SelfAttention(WIDTH, HEADS, 1, 32, 0.0)).eval()
    image = torch.zeros(1, 1, 64, 64)
    before = encoder.place(encoder.project(image).flatten(2).transpose(1, 2))
    image[0, 0, 36:44, 20:28] = 1.0
    after = encoder.place(encoder.project(image).flatten(2).transpose(1, 2))
    changed = (after - before).abs().sum(dim=2)[0] > 1e-6
    assert changed.nonzero().flatten().tolist() == [9]
    assert encoder(image).shape == (1, encoder.count, WIDTH) == (1, 16, WIDTH)


def test_patches_that_leave_a_rest_are_refused() -> None:
    with pytest.raises(ValueError, match=r"patch is 12.*image of 64 x 64.*such as 16"):
        PatchTokens((1, 64, 64), 12, WIDTH, SelfAttention(WIDTH, HEADS, 1, 32, 0.0))
