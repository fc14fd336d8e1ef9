"""The time line: what changed, newest last, bounded."""

from collections import deque
from collections.abc import Mapping
from typing import NamedTuple

from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.operation.reported import Reported

KEPT = 200
"""Events remembered."""
LEVELS = {Mode.ARMED: "good", Mode.DISARMED: "note", Mode.FALLBACK: "warn", Mode.FAULT: "bad"}
"""How bad a state is, for colours."""


class Event(NamedTuple):
    """One change."""

    number: int
    at_s: float
    """Steady seconds."""
    level: str
    """good, note, warn or bad."""
    text: str


class TimeLine:
    """Notices changes in what it is told; each is one event."""

    def __init__(self) -> None:
        """Begin with nothing known."""
        self.events: deque[Event] = deque(maxlen=KEPT)
        self._number = 0
        self._known: dict[str, object] = {}

    @property
    def newest(self) -> int:
        """Number of the last event; 0 before the first."""
        return self._number

    def add(self, level: str, text: str, now_s: float) -> None:
        """Note something that happened."""
        self._number += 1
        self.events.append(Event(self._number, now_s, level, text))

    def _changed(self, key: str, value: object) -> bool:
        """Whether ``value`` differs from what was told of ``key`` before; first words do not."""
        before = self._known.get(key)
        self._known[key] = value
        return before is not None and before != value

    def mode(self, mode: str, reason: str, now_s: float) -> None:
        """Safety is in this state."""
        new = "mode" not in self._known
        if self._changed("mode", mode) or new:
            level = LEVELS[Mode(mode)] if mode in Mode.__members__ else "warn"
            self.add(level, f"safety: {mode}" + (f", {reason}" if reason else ""), now_s)

    def modality(self, key: str, reason: Reason, now_s: float) -> None:
        """A modality is trusted, or masked for this reason; recovering is still masked."""
        masked = reason is not Reason.OK
        first = f"mask {key}" not in self._known
        if self._changed(f"mask {key}", masked) or (first and masked):
            text = f"{key} masked: {reason.text}" if masked else f"{key} trusted again"
            self.add("warn" if masked else "good", text, now_s)

    def alive(self, node: str, alive: bool, now_s: float) -> None:
        """A node is heard, or is not any more."""
        if self._changed(f"node {node}", alive):
            words = "is heard again" if alive else "is silent"
            self.add("good" if alive else "bad", f"{node} {words}", now_s)

    def fault(self, fault: Reported, now_s: float) -> None:
        """The bridge reports an injected fault."""
        key, acts = f"fault {fault.number} {fault.text}", fault.state == "acting"
        first = key not in self._known
        if self._changed(key, fault.state) or (first and acts):
            words = f"fault {fault.text}: {fault.state}"
            self.add("warn" if acts else "note", words, now_s)


def shown(events: TimeLine, now_s: float, wall_s: float, most: int) -> list[Mapping[str, object]]:
    """Newest first, with the time of day [s since 1970] of each."""
    newest = list(events.events)[-most:]
    return [
        {
            "number": entry.number,
            "time": wall_s - (now_s - entry.at_s),
            "level": entry.level,
            "text": entry.text,
        }
        for entry in reversed(newest)
    ]
