"""A fault in words, as the parameter ``faults`` and the verb ``ballbot fault`` take it.

``camera_0 late size 120 after 2 for 3 seed 7``: stream and kind, then, in any order, how bad (in
the unit of the kind; else its default), how long from now until it begins (else at once), how long
it lasts (else for ever), the seed of its random numbers (else that of the simulation); s of
simulated time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isinf

from ballbot_fusion.core.samples import Source
from ballbot_fusion.simulation.faults.fault import ALWAYS, SENSORS, Fault
from ballbot_fusion.simulation.faults.line import FAULTS, FaultLine, streams_of
from ballbot_fusion.simulation.settings import SimulationSettings

FORM = "STREAM KIND [size X] [after S] [for S] [seed N]"
BETWEEN = ";"
"""Between the faults of one string."""
_LARGEST = {"size": 1e6, "after": 1e9, "for": 1e9, "seed": 2.0**53}
"""Words, and what may follow them at most: beyond it stamps and counts of samples overflow."""
_STREAMS = {source.name.lower(): source for source in SENSORS}


@dataclass(frozen=True)
class Order:
    """One fault that somebody asks for; its times count from the moment that it is switched on."""

    fault: Fault
    seed: int | None = None
    """Of its random numbers; None: the simulation's."""

    @classmethod
    def of(cls, text: str) -> "Order":
        """Read one.

        Raises:
            ValueError: it cannot be; the text says why, and what there is instead.
        """
        words = text.split()
        name, kind = (*words, "", "")[:2]
        source = _STREAMS.get(name)
        if source is None:
            raise _refusal(text, f"no stream {name!r}; there are {', '.join(_STREAMS)}")
        if kind not in (kinds := kinds_of(source)):
            raise _refusal(text, f"{name} has no fault {kind!r}; it has {', '.join(kinds)}")
        given = _given(text, words[2:])
        if kind == "never" and "after" in given:
            raise _refusal(text, "it has no beginning; leave 'after' out")
        try:
            begin_s = given.get("after", 0.0)
            stop_s = begin_s + given.get("for", ALWAYS)
            fault = Fault(kind, source, begin_s, stop_s, given.get("size"))
            # Sizes are judged by their kind.
            FaultLine((fault,), SimulationSettings(), 0)
        except ValueError as error:
            raise _refusal(text, str(error).rstrip(".")) from None
        seed = given.get("seed")
        return cls(fault, None if seed is None else int(seed))

    @property
    def text(self) -> str:
        """The same in words: ``Order.of`` reads it again."""
        fault = self.fault
        lasts_s = fault.stop_s - fault.start_s
        parts = (
            f"{fault.source.name.lower()} {fault.kind}",
            "" if fault.size is None else f"size {fault.size:.12g}",
            f"after {fault.start_s:.12g}" if fault.start_s else "",
            "" if isinf(lasts_s) else f"for {round(lasts_s, 9):.12g}",
            "" if self.seed is None else f"seed {self.seed}",
        )
        return " ".join(part for part in parts if part)


def orders_of(given: str | Sequence[str]) -> tuple[Order, ...]:
    """Read all faults of a parameter: a list of them, or one string with ``;`` between.

    Raises:
        ValueError: one of them cannot be.
    """
    texts = given.split(BETWEEN) if isinstance(given, str) else given
    return tuple(Order.of(text) for text in texts if text.strip())


def written(orders: Sequence[Order]) -> str:
    """Return one string for all of them."""
    return f"{BETWEEN} ".join(order.text for order in orders)


def kinds_of(source: Source) -> tuple[str, ...]:
    """Return the kinds of faults that a stream can have."""
    return tuple(kind for kind in FAULTS if source in streams_of(kind))


def _given(text: str, words: Sequence[str]) -> dict[str, float]:
    """Read what follows stream and kind: pairs of a word and a number."""
    found: dict[str, float] = {}
    for word, value in zip(words[::2], [*words[1::2], ""], strict=False):
        if word not in _LARGEST or word in found:
            again = "twice" if word in found else f"unknown; there are {', '.join(_LARGEST)}"
            raise _refusal(text, f"the word {word!r} is {again}")
        found[word] = _number(text, word, value)
    return found


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
        raise _refusal(text, f"{word} {value!r}, expected {least}, and {largest:g} at most")
    return number


def _refusal(text: str, why: str) -> ValueError:
    return ValueError(f"Fault {text.strip()!r}: {why}. Write {FORM}.")
