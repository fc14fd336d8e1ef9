"""Which seeds are for what: no world is both trained on and evaluated on."""

import numpy as np

TEST_SEEDS = range(10_000)
"""For tests and for looking at worlds: neither trained nor evaluated on."""
HELD_OUT_SEEDS = range(10_000, 1_000_000)
"""For evaluation alone."""
TRAINING_SEEDS = range(1_000_000, 2**32)
"""For training alone."""


def training_seed(*entropy: int) -> int:
    """Mix whole numbers >= 0 into a seed of ``TRAINING_SEEDS``; the same ones give the same seed.

    Raises:
        ValueError: a negative number.
    """
    drawn = int(np.random.SeedSequence(entropy).generate_state(1)[0])
    return TRAINING_SEEDS[drawn % len(TRAINING_SEEDS)]
