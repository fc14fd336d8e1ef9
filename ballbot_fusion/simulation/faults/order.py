"""A fault in words, as the parameter ``faults`` and the verb ``ballbot fault`` take it.

``camera_0 late size 120 after 2 for 3 seed 7``: stream and kind, then, in any order, how bad (in
the unit of the kind; else its default), how long from now until it begins (else at once), how long
it lasts (else for ever), the seed of its random numbers (else that of the simulation); s of
simulated time.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ballbot_fusion.core.samples import Source
from ballbot_fusion.simulation.faults import words
from ballbot_fusion.simulation.faults.fault import SENSORS, Fault
from ballbot_fusion.simulation.faults.line import FAULTS, FaultLine, streams_of
from ballbot_fusion.simulation.settings import SimulationSettings

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
        name, kind, rest = words.parts(text)
        source = _STREAMS.get(name)
        if source is None:
            raise words.refusal(text, f"no stream {name!r}; there are {', '.join(_STREAMS)}")
        if kind not in (kinds := kinds_of(source)):
            raise words.refusal(text, f"{name} has no fault {kind!r}; it has {', '.join(kinds)}")
        given = words.given(text, rest)
        if kind == "never" and given.begin_s is not None:
            raise words.refusal(text, "it has no beginning; leave 'after' out")
        try:
            fault = Fault(kind, source, *given.times, given.size)
            # Sizes are judged by their kind.
            FaultLine((fault,), SimulationSettings(), 0)
        except ValueError as error:
            raise words.refusal(text, str(error).rstrip(".")) from None
        return cls(fault, given.seed)

    @property
    def text(self) -> str:
        """The same in words: ``Order.of`` reads it again."""
        return words.in_words(self.fault.source.name.lower(), self.fault, self.seed)


def orders_of(given: str | Sequence[str]) -> tuple[Order, ...]:
    """Read all faults of a parameter: a list of them, or one string with ``;`` between.

    Raises:
        ValueError: one of them cannot be.
    """
    return tuple(Order.of(text) for text in words.texts_of(given))


def kinds_of(source: Source) -> tuple[str, ...]:
    """Return the kinds of faults that a stream can have."""
    return tuple(kind for kind in FAULTS if source in streams_of(kind))
