"""What recurrent policies are fitted to: streams of consecutive ticks, a piece of each per step.

Back-propagation ends at the beginning of a piece; what is remembered goes on to the next (truncated
back-propagation through time). Without that, a policy would meet on the robot what it never met in
training: a memory that is older than a piece.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.training.dataset import Samples
from ballbot_fusion.training.image_rows import most_telling_first, worth
from ballbot_fusion.training.settings import FitSettings

TELLING_SHARE = 0.2
"""A stream is telling when so many of its ticks are."""


class Pieces(NamedTuple):
    """A piece of each stream."""

    rows: NDArray[np.int64]
    """(B * L,), stream after stream."""
    begins: NDArray[np.bool_]
    """(B, L): ticks before which there is nothing to remember."""


def seeing(settings: FitSettings) -> int:
    """Count the streams whose cameras are used: the first ones, in all of their pieces."""
    return max(settings.image_rows // settings.sequence, 1)


def stream_worth(worth_of: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    """Worth (N,) of the streams of ``length`` that begin at each row; see image_rows.worth."""
    around = np.resize(worth_of, len(worth_of) + length)
    before = np.array([np.cumsum(around >= least) - (around >= least) for least in (1, 2)])
    seen, telling = before[:, length:] - before[:, : len(worth_of)]
    return np.asarray((seen > 0) * (1 + (telling > TELLING_SHARE * length)), np.int64)


def sequences(
    samples: Samples,
    spec: ObservationSpec,
    settings: FitSettings,
    steps: int,
    seed: tuple[int, ...],
) -> Iterator[Pieces]:
    """Yield pieces for ``steps`` steps, the same for the same seed.

    Streams go on through the ticks as they lie, from one episode to the next, which begins with
    nothing to remember. After ``carried`` pieces they begin at other, random ticks.

    Raises:
        ValueError: it is not known where episodes begin.
    """
    count, length = len(samples), settings.sequence
    first = samples.episode_begins() == np.arange(count)
    value = stream_worth(worth(samples, spec), length * settings.carried)
    for step in range(steps):
        group, piece = divmod(step, settings.carried)
        rng = np.random.default_rng((*seed, group))
        starts = rng.integers(count, size=max(settings.batch // length, 1))
        starts = most_telling_first(starts, value, seeing(settings), settings.telling_share)
        rows = (starts[:, None] + piece * length + np.arange(length)) % count
        begins = first[rows]
        begins[:, 0] |= piece == 0
        yield Pieces(rows.ravel(), begins)
