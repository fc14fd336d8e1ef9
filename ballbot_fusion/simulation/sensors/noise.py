"""Random numbers for sensors: one stream each, drawn in blocks because single draws are dear."""

import numpy as np
from numpy.typing import NDArray

BLOCK = 1024


def stream(seed: int, *purpose: int) -> np.random.Generator:
    """Return the generator of one purpose; streams do not depend on one another."""
    return np.random.Generator(np.random.Philox(np.random.SeedSequence((seed, *purpose))))


class NormalStream:
    """Rows of standard normal numbers, the same whatever the block size of the caller."""

    def __init__(self, generator: np.random.Generator, width: int) -> None:
        """Yield rows of ``width`` numbers."""
        self._generator, self._width = generator, width
        self._rows: list[list[float]] = []

    def row(self) -> list[float]:
        """Return the next row."""
        if not self._rows:
            block: NDArray[np.float64] = self._generator.standard_normal((BLOCK, self._width))
            self._rows = block.tolist()[::-1]
        return self._rows.pop()
