"""How old is what we know: a value is shown while its source is heard, and no longer."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass
class Heard(Generic[T]):
    """The newest word of one source, and when it came (steady seconds)."""

    limit_s: float
    """Silence from which it counts as stale, s."""
    value: T | None = None
    at_s: float | None = None
    """None: never heard."""

    def hear(self, value: T, now_s: float) -> None:
        """Take in a word."""
        self.value, self.at_s = value, now_s

    def age_s(self, now_s: float) -> float | None:
        """Seconds since it was heard; None when it never was."""
        return None if self.at_s is None else max(now_s - self.at_s, 0.0)

    def fresh(self, now_s: float) -> T | None:
        """Return the value while it is fresh, else None: a stale one is not to be shown."""
        age_s = self.age_s(now_s)
        return None if age_s is None or age_s > self.limit_s else self.value

    def stale(self, now_s: float) -> str:
        """Say how stale it is; empty while it is fresh."""
        age_s = self.age_s(now_s)
        if age_s is None:
            return "never heard"
        return f"stale since {seconds(age_s)}" if age_s > self.limit_s else ""


def seconds(age_s: float) -> str:
    """Put a length of time in words: tenths below ten seconds, minutes above two."""
    if age_s < 10.0:
        return f"{age_s:.1f} s"
    return f"{age_s:.0f} s" if age_s < 120.0 else f"{age_s / 60.0:.0f} min"
