import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballbot_fusion.evaluation.suites import HELD_OUT
from ballbot_fusion.simulation.terrain.seeds import (
    HELD_OUT_SEEDS,
    TEST_SEEDS,
    TRAINING_SEEDS,
    training_seed,
)

ENTROPY = st.lists(st.integers(0, 2**63), max_size=5)


@given(ENTROPY)
def test_training_never_meets_a_seed_of_evaluations_or_tests(entropy: list[int]) -> None:
    seed = training_seed(*entropy)
    assert seed in TRAINING_SEEDS
    assert seed not in HELD_OUT_SEEDS
    assert seed not in TEST_SEEDS
    assert seed == training_seed(*entropy)


def test_the_ranges_follow_one_another_without_overlap() -> None:
    assert TEST_SEEDS.start == 0
    assert TEST_SEEDS.stop == HELD_OUT_SEEDS.start == HELD_OUT == 10_000
    assert HELD_OUT_SEEDS.stop == TRAINING_SEEDS.start == 1_000_000


def test_training_seeds_rarely_repeat() -> None:
    """Thousands of episodes are thousands of worlds."""
    seeds = {training_seed(0, round_, episode) for round_ in range(40) for episode in range(100)}
    assert len(seeds) >= 3_990


def test_no_negative_numbers() -> None:
    with pytest.raises(ValueError):
        training_seed(-1)
