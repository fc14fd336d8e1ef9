"""What upsets a computer, and how the graph is launched for it."""

import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ballbot_fusion.operation.campaign.around import Around
from ballbot_fusion.operation.campaign.live import Live


class CannotBeDoneError(RuntimeError):
    """This machine, or this user, cannot do it: the run proves nothing. The text says why."""


def done(command: Sequence[str], given: str | None = None) -> str:
    """Run a program of the system; return what it printed.

    Raises:
        CannotBeDoneError: it is not there, or refuses.
    """
    try:
        result = subprocess.run(
            list(command), input=given, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise CannotBeDoneError(f"{command[0]}: {error.strerror}") from None
    if result.returncode:
        raise CannotBeDoneError(f"{' '.join(command)}: {result.stderr.strip()}")
    return result.stdout


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
