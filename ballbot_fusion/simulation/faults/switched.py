"""Faults switched on and off while the streams run: who acts now, and since when.

Nothing here looks at a clock: every time is an argument, in nanoseconds that never go back.
"""

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from ballbot_fusion.simulation.faults.words import BETWEEN, Planned

LINGER_NS = 5_000_000_000
"""How long what a fault held back may still come in its own time once the fault is over."""
KEPT = 20
"""How many faults of before are still known."""
SHOWN = 8
"""How many faults, the newest, diagnostics report."""


class Asked(Protocol):
    """A fault that somebody asks for: an order of faults/order.py, or of policy_faults/order.py."""

    @property
    def fault(self) -> Planned:
        """What it is, its times from the moment that it is switched on."""

    @property
    def text(self) -> str:
        """It in words."""


OrderT = TypeVar("OrderT", bound=Asked)


class Directive(NamedTuple, Generic[OrderT]):
    """What the way of a stream is told about one fault."""

    number: int
    """Which one, counted from the start: tells two of the same text apart."""
    order: OrderT
    acts: bool
    """Whether it acts now; one that does no more may still hold samples back."""


@dataclass
class Switched(Generic[OrderT]):
    """One fault that was switched on."""

    number: int
    order: OrderT
    begin_ns: int
    stop_ns: float
    cleared: bool = False
    """Whether somebody ended it before its time."""

    @classmethod
    def at(cls, number: int, order: OrderT, now_ns: int) -> "Switched[OrderT]":
        """Switch it on now."""
        start_s, stop_s = order.fault.start_s, order.fault.stop_s
        stop_ns = inf if stop_s == inf else now_ns + round(stop_s * 1e9)
        return cls(number, order, now_ns + round(start_s * 1e9), stop_ns)

    def acts(self, now_ns: int) -> bool:
        """Whether it acts."""
        return self.begin_ns <= now_ns < self.stop_ns

    def state(self, now_ns: int) -> str:
        """In a word: to come, acting, over or cleared."""
        if self.cleared:
            return "cleared"
        if now_ns >= self.stop_ns:
            return "over"
        return "acting" if self.acts(now_ns) else "to come"


class Switchboard(Generic[OrderT]):
    """All faults that are switched on, and those of before."""

    def __init__(self) -> None:
        """Nothing is switched on yet."""
        self._on: list[Switched[OrderT]] = []
        self.known: deque[Switched[OrderT]] = deque(maxlen=KEPT)
        """The last ones, whatever became of them, oldest first."""
        self._count = 0
        self._in_force = 0

    def switch(self, orders: Sequence[OrderT], now_ns: int) -> None:
        """Let exactly ``orders`` be in force from ``now_ns`` on.

        What is in force already goes on as it is, text by text and as often as it is asked for;
        everything else of ``orders`` begins (its ``after`` counts from ``now_ns``), and what is not
        in ``orders`` ends.
        """
        wanted = Counter(order.text for order in orders)
        for entry in self.in_force(now_ns):
            if wanted[entry.order.text]:
                wanted[entry.order.text] -= 1
            else:
                entry.stop_ns, entry.cleared = now_ns, True
        for order in orders:
            if wanted[order.text]:
                wanted[order.text] -= 1
                self._begin(order, now_ns)
        self._in_force = len(self.in_force(now_ns))

    def _begin(self, order: OrderT, now_ns: int) -> None:
        self._count += 1
        entry = Switched.at(self._count, order, now_ns)
        self._on.append(entry)
        self.known.append(entry)

    def forget(self) -> None:
        """End all of them, for time begins anew."""
        for entry in self._on:
            entry.cleared = True
        self._on, self._in_force = [], 0

    @property
    def idle(self) -> bool:
        """Whether there is nothing at all to do."""
        return not self._on

    def in_force(self, now_ns: int) -> tuple[Switched[OrderT], ...]:
        """Return those that act, or will, in the order of their beginning."""
        return tuple(entry for entry in self._on if now_ns < entry.stop_ns)

    def directives(self, now_ns: int) -> tuple[Directive[OrderT], ...]:
        """Return what the streams' ways must know now; forget what is over for long."""
        self._on = [entry for entry in self._on if now_ns < entry.stop_ns + LINGER_NS]
        return tuple(Directive(e.number, e.order, e.acts(now_ns)) for e in self._on)

    def left(self, now_ns: int) -> str | None:
        """Return what is still in force, as a parameter takes it, when something came to its end.

        Otherwise, and when asked again, None.
        """
        entries = self.in_force(now_ns)
        if len(entries) == self._in_force:
            return None
        self._in_force = len(entries)
        return f"{BETWEEN} ".join(entry.order.text for entry in entries)

    def told(self, counts: Mapping[int, int], now_ns: int) -> Mapping[str, Any]:
        """Figures for diagnostics: of each fault its words, its state, and what it spoilt.

        Args:
            counts: how much each has spoilt, by its number.
            now_ns: the time.
        """
        values: dict[str, Any] = {}
        for entry in list(self.known)[-SHOWN:]:
            key = f"fault_{entry.number}"
            values[key] = entry.order.text
            values[f"{key}.state"] = entry.state(now_ns)
            values[f"{key}.spoilt"] = counts.get(entry.number, 0)
        return values
