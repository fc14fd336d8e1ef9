"""Pieces of streams: consecutive ticks, carried on from step to step, anew where episodes begin."""

import numpy as np
import pytest
import torch
from support.policies import policy_with_random_parts

from ballbot_fusion.core.spec import BALANCE_KEYS, ObservationSpec
from ballbot_fusion.training.dataset import Samples
from ballbot_fusion.training.fit import Losses, fit, make_optimizer
from ballbot_fusion.training.modality_dropout import ModalityDropout
from ballbot_fusion.training.recurrent import Carried, StreamDropout
from ballbot_fusion.training.sequences import Pieces, seeing, sequences, stream_worth
from ballbot_fusion.training.settings import FitSettings

SPEC = ObservationSpec.of(BALANCE_KEYS)
EPISODES = (7, 40, 1, 52)
COUNT, STREAMS, LENGTH, CARRIED = sum(EPISODES), 6, 5, 3
SETTINGS = FitSettings(batch=STREAMS * LENGTH, sequence=LENGTH, carried=CARRIED, image_rows=10)


@pytest.fixture(scope="module")
def samples() -> Samples:
    rng = np.random.default_rng(0)
    return Samples(
        {e.key: rng.normal(0.0, 0.3, (COUNT, 3)).astype(np.float32) for e in SPEC},
        {}, {}, np.ones((COUNT, len(SPEC)), np.float32),
        rng.uniform(-0.5, 0.5, (COUNT, 4, 3)).astype(np.float32),
        np.zeros((COUNT, 4, 3), np.float32),
        np.repeat(np.arange(len(EPISODES)), EPISODES),
    )  # fmt: skip


def drawn(samples: Samples, steps: int, seed: int = 0) -> list[Pieces]:
    return list(sequences(samples, SPEC, SETTINGS, steps, (seed, 1)))


def test_a_stream_goes_on_through_the_pieces_and_then_elsewhere(samples: Samples) -> None:
    pieces = drawn(samples, 4 * CARRIED)
    for number, piece in enumerate(pieces):
        rows = piece.rows.reshape(STREAMS, LENGTH)
        assert (np.diff(rows, axis=1) % COUNT == 1).all()
        if number % CARRIED:
            before = pieces[number - 1].rows.reshape(STREAMS, LENGTH)
            np.testing.assert_array_equal(rows[:, 0], (before[:, -1] + 1) % COUNT)
    starts = {tuple(piece.rows[::LENGTH]) for piece in pieces[::CARRIED]}
    assert len(starts) == 4


def test_memory_begins_with_streams_and_episodes(samples: Samples) -> None:
    firsts = set(np.cumsum([0, *EPISODES[:-1]]).tolist())
    found = set()
    for number, piece in enumerate(drawn(samples, 30 * CARRIED)):
        expected = np.isin(piece.rows.reshape(STREAMS, LENGTH), list(firsts))
        found |= firsts & set(piece.rows.tolist())
        expected[:, 0] |= number % CARRIED == 0
        np.testing.assert_array_equal(piece.begins, expected)
    assert found == firsts, "every beginning was drawn"


def test_the_same_seed_draws_the_same(samples: Samples) -> None:
    one, same, other = (drawn(samples, 5, seed) for seed in (3, 3, 4))
    assert all((a.rows == b.rows).all() for a, b in zip(one, same, strict=True))
    assert any((a.rows != b.rows).any() for a, b in zip(one, other, strict=True))


def test_as_many_streams_see_as_there_are_rows_with_images() -> None:
    assert seeing(SETTINGS) == 2
    assert seeing(FitSettings(image_rows=3, sequence=16)) == 1


def test_a_stream_is_worth_what_it_shows() -> None:
    """0: sees nothing; 2: more than a fifth of it tells; 1: sees."""
    worth = np.array([0] * 10 + [1] * 10 + [2] * 2 + [1] * 8)
    found = stream_worth(worth, 5)
    assert found.tolist() == [0] * 6 + [1] * 11 + [2] * 4 + [1] * 9


def test_a_modality_is_hidden_for_a_whole_piece() -> None:
    torch.manual_seed(0)
    drop = ModalityDropout.of(SPEC, FitSettings(vector_dropout=0.5))
    mask = StreamDropout(drop, LENGTH)(torch.ones(40 * LENGTH, len(SPEC)))
    streams = mask.reshape(40, LENGTH, -1)
    assert (streams == streams[:, :1]).all()
    assert 0.3 < streams.mean() < 0.7


def test_what_is_carried_is_the_memory_behind_the_last_piece(samples: Samples) -> None:
    """Fitted in one go or in two, with what is carried between: the same losses and memory."""

    def fitted(*parts: slice) -> tuple[list[float], torch.Tensor]:
        torch.manual_seed(0)
        policy = policy_with_random_parts(BALANCE_KEYS, name="lstm")
        optimizer, carried, losses = make_optimizer(policy, SETTINGS), Carried(), []

        def each(_: int, found: Losses) -> None:
            losses.append(found.total)

        pieces = list(enumerate(drawn(samples, 8)))
        for part in parts:
            carried = Carried(carried.state)
            fit(policy, optimizer, samples, pieces[part], lambda _: 1e-3, SETTINGS, each, carried)
        assert carried.state is not None
        return losses, carried.state

    whole, memory = fitted(slice(0, 8))
    parts, same = fitted(slice(0, 4), slice(4, 8))
    assert parts == whole
    assert torch.equal(memory, same)
    assert memory.shape == (STREAMS, 64)
    assert memory.any()
