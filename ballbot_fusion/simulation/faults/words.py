"""Words in which a fault is asked for: ``STREAM KIND [size X] [after S] [for S] [seed N]``."""

from collections.abc import Sequence
from math import isinf
from typing import NamedTuple, Protocol

from ballbot_fusion.simulation.faults.fault import ALWAYS

FORM = "STREAM KIND [size X] [after S] [for S] [seed N]"
BETWEEN = ";"
"""Between the faults of one string."""
POLICY = "policy"
"""In place of a stream: the fault is one of the policy's answers."""
_LARGEST = {"size": 1e6, "after": 1e9, "for": 1e9, "seed": 2.0**53}
"""Words, and what may follow them at most: beyond it stamps and counts of samples overflow."""


class Planned(Protocol):
    """What a fault of a stream and one of the policy have in common; see faults/fault.py."""

    @property
    def kind(self) -> str:
        """Name in the table of its kinds."""

    @property
    def start_s(self) -> float:
        """When it begins."""

    @property
    def stop_s(self) -> float:
        """When it is over."""

    @property
    def size(self) -> float | None:
        """How bad it is."""


class Given(NamedTuple):
    """What follows stream and kind."""

    size: float | None
    begin_s: float | None
    """None: at once."""
    lasts_s: float
    seed: int | None

    @property
    def times(self) -> tuple[float, float]:
        """When it begins and when it is over, s from the moment that it is switched on."""
        begin_s = self.begin_s or 0.0
        return begin_s, begin_s + self.lasts_s


def parts(text: str) -> tuple[str, str, list[str]]:
    """Return stream, kind and what follows them; empty texts where there is none."""
    stream, kind, *rest = (*text.split(), "", "")
    return stream, kind, rest[:-2]


def given(text: str, words: Sequence[str]) -> Given:
    """Read what follows stream and kind: pairs of a word and a number.

    Raises:
        ValueError: an unknown word, one that comes twice, or a number that cannot be.
    """
    found: dict[str, float] = {}
    for word, value in zip(words[::2], [*words[1::2], ""], strict=False):
        if word not in _LARGEST or word in found:
            again = "twice" if word in found else f"unknown; there are {', '.join(_LARGEST)}"
            raise refusal(text, f"the word {word!r} is {again}")
        found[word] = _number(text, word, value)
    seed = found.get("seed")
    return Given(
        found.get("size"), found.get("after"), found.get("for", ALWAYS),
        None if seed is None else int(seed),
    )  # fmt: skip


def _number(text: str, word: str, value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    whole = word != "seed" or number.is_integer()
    largest = _LARGEST[word]
    # Nine decimals are written, and read again by the cameras.
    lasts = word != "for" or round(number, 9) > 0.0
    if not (0.0 <= number <= largest and whole and lasts):
        expected = {"seed": "a whole number, 0 or more", "for": "more than 0 s"}
        least = expected.get(word, "0 or more")
        raise refusal(text, f"{word} {value!r}, expected {least}, and {largest:g} at most")
    return number


def in_words(stream: str, fault: Planned, seed: int | None = None) -> str:
    """Return a fault of ``stream`` in the words that ask for it."""
    lasts_s = fault.stop_s - fault.start_s
    parts = (
        f"{stream} {fault.kind}",
        "" if fault.size is None else f"size {fault.size:.12g}",
        f"after {fault.start_s:.12g}" if fault.start_s else "",
        "" if isinf(lasts_s) else f"for {round(lasts_s, 9):.12g}",
        "" if seed is None else f"seed {seed}",
    )
    return " ".join(part for part in parts if part)


def texts_of(several: str | Sequence[str]) -> tuple[str, ...]:
    """Return each fault of a parameter: a list of them, or one string with ``;`` between."""
    texts = several.split(BETWEEN) if isinstance(several, str) else several
    return tuple(text.strip() for text in texts if text.strip())


def apart(several: str) -> tuple[str, str]:
    """Return those of the streams, which the drivers spoil, and those of the policy."""
    texts = texts_of(several)
    of_policy = [text for text in texts if text.split()[0] == POLICY]
    others = [text for text in texts if text not in of_policy]
    return f"{BETWEEN} ".join(others), f"{BETWEEN} ".join(of_policy)


def refusal(text: str, why: str) -> ValueError:
    """Return the error for a fault that cannot be."""
    return ValueError(f"Fault {text.strip()!r}: {why}. Write {FORM}.")
