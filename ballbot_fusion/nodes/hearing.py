"""When a recorder may ask for the trace: once it hears all that the trace refers to."""

from dataclasses import dataclass

SETTLES_S = 0.3
"""How long everybody must have been there, s: they find the recorder a little after it finds them,
and what the state of a tick still holds has been said anew by then."""
PATIENCE_S = 3.0
"""After so long it asks all the same, s: somebody may be lacking."""


@dataclass
class Hearing:
    """Whether everybody has been heard for long enough."""

    begun_s: float
    """When the recorder began to listen."""
    _since_s: float | None = None

    def is_settled(self, now_s: float, *, hears_all: bool) -> bool:
        """Say whether the trace may be asked for at ``now_s``."""
        if not hears_all:
            self._since_s = None
        elif self._since_s is None:
            self._since_s = now_s
        settled = self._since_s is not None and now_s - self._since_s >= SETTLES_S
        return settled or now_s - self.begun_s >= PATIENCE_S
