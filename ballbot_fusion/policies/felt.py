"""Which modalities the robot feels, and where they lie among others."""

from collections.abc import Collection, Mapping

from ballbot_fusion.core.spec import IMAGES, SEED_KEYS

PROPRIOCEPTION = tuple(key for key in SEED_KEYS if key not in IMAGES)
"""The seed's 15 numbers: how the robot stands and moves, and what its motors last did."""
FELT = (*PROPRIOCEPTION, "slope")
"""What balancing needs: those, and the ground."""


def places(wanted: Collection[str], sizes: Mapping[str, int]) -> list[int]:
    """Where the features of ``wanted`` lie when ``sizes``, by key, follow one another."""
    found: list[int] = []
    start = 0
    for key, size in sizes.items():
        if key in wanted:
            found += range(start, start + size)
        start += size
    return found
