"""What upsets a computer, and how the graph is launched for it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ballbot_fusion.operation.campaign.around import Around
from ballbot_fusion.operation.campaign.live import Live


class CannotBeDoneError(RuntimeError):
    """This machine, or this user, cannot do it: the run proves nothing. The text says why."""


@contextmanager
def _plainly(_: Path) -> Iterator[Around]:
    yield Around()


@dataclass(frozen=True)
class Upset:
    """One thing that is done to a graph that drives."""

    do: Callable[[Live], None]
    around: Callable[[Path], AbstractContextManager[Around]] = _plainly
    """Given a folder of the run's own, holds for the length of a launch."""
    isolated: bool = False
    """Whether the whole run, this process too, needs a network of its own."""
