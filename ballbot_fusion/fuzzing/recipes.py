"""Recipes of hostile messages: which fields of a good one are spoilt, and which of its bytes."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from hypothesis import strategies as st

from ballbot_fusion.fuzzing.fields import leaves
from ballbot_fusion.fuzzing.values import values

HEADS = (
    b"\0\0\0\0",
    b"\0\1\0\0",
    b"\0\2\0\0",
    b"\0\3\0\0",
    b"\0\7\0\0",
    b"\0\x0b\0\0",
    b"\xff" * 4,
)
"""Encodings that CDR names, and one that it does not."""
SHIFTS_S = (0, 0, 0, 0, 0, 0, 5, -5, 3600, 300_000_000, -2_000_000_000)
"""By what all stamps of a turn are wrong, s: clocks that jump, all of them together."""
PAUSES_MS = (0.0, 0.1, 1.0, 4.0, 5.0, 5.0, 5.0, 20.0, 70.0, 1000.0)
"""Time from one turn to the next."""
COUNTS = (0, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3, None)
"""How many fields of a message are spoilt; None: all."""


class Damage(NamedTuple):
    """What happens to the bytes of a message on their way."""

    head: bytes | None = None
    """The first four, that name the encoding."""
    keep: float | None = None
    """Only this share of them arrives."""
    flips: tuple[tuple[float, int], ...] = ()
    """Places, as shares of the length, and the values that are written there."""
    tail: bytes = b""
    """What is appended."""

    def of(self, data: bytes) -> bytes:
        """Return ``data`` damaged."""
        damaged = bytearray(data if self.head is None else self.head + data[4:])
        for place, value in self.flips:
            damaged[min(int(place * len(damaged)), len(damaged) - 1)] = value
        kept = damaged if self.keep is None else damaged[: int(self.keep * len(damaged))]
        return bytes(kept) + self.tail


class Recipe(NamedTuple):
    """One message: a good one of ``topic`` now, spoilt; with damage, a damaged copy behind it."""

    topic: str
    fields: Mapping[str, Any]
    damage: Damage | None
    burst: int
    """How many such messages arrive at once, stamps and noise of each its own."""


class Turn(NamedTuple):
    """What arrives before the nodes have their next turn."""

    pause_ms: float
    shift_s: int
    recipes: Sequence[Recipe]


_SHARES = st.integers(0, 255).map(lambda n: n / 255.0)
_DAMAGES = st.builds(
    Damage,
    head=st.none() | st.sampled_from(HEADS),
    keep=st.none() | _SHARES,
    flips=st.lists(st.tuples(_SHARES, st.integers(0, 255)), max_size=3).map(tuple),
    tail=st.just(b"") | st.binary(max_size=8),
)
_damaged = st.none() | _DAMAGES
_bursts = st.sampled_from((1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 3, 12))


@st.composite
def _recipe(draw: st.DrawFn, kinds: Sequence[tuple[str, Any]]) -> Recipe:
    topic, kind = draw(st.sampled_from(kinds))
    fields = leaves(kind)
    # Mostly one wrong field: whatever is refused first hides what is wrong besides.
    count = draw(st.sampled_from(COUNTS))
    count = len(fields) if count is None else count
    chosen = list(fields) if count >= len(fields) else draw(
        st.lists(st.sampled_from(list(fields)), min_size=count, max_size=count)
    )  # fmt: skip
    spoilt = {path: draw(values(fields[path])) for path in chosen}
    return Recipe(topic, spoilt, draw(_damaged), draw(_bursts))


def turns(kinds: Sequence[tuple[str, Any]], most: int) -> st.SearchStrategy[list[Turn]]:
    """Draw a few turns with up to ``most`` messages each, of topics and their message classes."""
    recipes = st.lists(_recipe(kinds), min_size=1, max_size=most)
    turn = st.builds(Turn, st.sampled_from(PAUSES_MS), st.sampled_from(SHIFTS_S), recipes)
    return st.lists(turn, min_size=1, max_size=4)
