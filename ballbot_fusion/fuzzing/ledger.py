"""Every message is judged twice: by the nodes, and here, one by one. Both must count the same."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ballbot_fusion.core.checks import check
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import Sample
from ballbot_fusion.core.synchronizer import Refused
from ballbot_fusion.fuzzing.stand_in import Line

CONTENT = frozenset(
    {
        Reason.NON_FINITE, Reason.WRONG_SHAPE, Reason.WRONG_ENCODING, Reason.WRONG_FRAME,
        Reason.WRONG_NAMES, Reason.OUT_OF_RANGE, Reason.ALL_INVALID, Reason.NOT_UNIT,
    }
)  # fmt: skip
"""Reasons that follow from one message alone, whatever came before it."""
Lines = Mapping[str, Sequence[Line]]


def _all(lines: Lines) -> list[Line]:
    return [line for of_topic in lines.values() for line in of_topic]


class Ledger:
    """What must have been counted since the nodes were started."""

    def __init__(self, lines: Lines, robot: RobotConfig) -> None:
        """Begin with nothing; ``lines`` have nothing waiting."""
        self._lines, self._robot = lines, robot
        self._refused: Counter[Refused] = Counter()
        self._unread, self._unread_before = 0, self._unread_now

    @property
    def _unread_now(self) -> int:
        return sum(line.intake.refused for line in _all(self._lines))

    @property
    def unread(self) -> int:
        """Messages of which intakes could make nothing."""
        return self._unread_now - self._unread_before

    def expect(self, line: Line, payload: Any, ticked: bool) -> None:
        """Judge what is about to arrive; ``ticked`` when a tick counts what it refuses of it."""
        try:
            sample = line.intake._convert(payload)
        except Exception:
            self._unread += 1
            return
        if ticked and isinstance(sample, Sample):
            reason = check(sample, self._robot)
            if reason in CONTENT:
                self._refused[Refused(sample.source, reason)] += 1

    def check(self, counted: Iterable[Counter[Refused]]) -> Counter[Refused]:
        """Compare with what ticks ``counted``; return their sum.

        Raises:
            AssertionError: a message was not received, or not counted, or with another reason.
        """
        for line in _all(self._lines):
            assert not line.waiting, f"{line.topic}: {len(line.waiting)} never taken"
            assert line.intake.received == line.fed, f"{line.topic}: received {line.fed}"
            assert bool(line.intake.refused) == bool(line.intake.refusal), line.topic
        assert self.unread == self._unread, f"unread {self.unread}, {self._unread} were"
        found: Counter[Refused] = Counter()
        for counts in counted:
            found.update(counts)
        content = Counter({key: n for key, n in found.items() if key.reason in CONTENT})
        assert content == self._refused, f"counted {content}, expected {self._refused}"
        return found
