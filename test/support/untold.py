"""Progress of a training that nobody watches."""


class Untold:
    """Nobody watches."""

    def begin(self, what: str, total: int) -> None: ...

    def advance(self, note: str = "") -> None: ...
