"""What came out of a replay: how many ticks, and which of them were not identical."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np

from ballbot_fusion.core.tick import Tick
from ballbot_fusion.core.trace import TraceRecord
from ballbot_fusion.deployment.runtime import PolicyOutput


class Cause(StrEnum):
    """What kind of reason a tick has not to be identical."""

    MISSING = "missing"
    """A sample that it consumed is not in the recording, or not as it was."""
    UNKNOWN = "unknown"
    """The state before it is not known: something lacks before it."""
    DIFFERS = "differs"
    """All of it is there, and something else came out."""


class Difference(NamedTuple):
    """A tick that is not identical, and why."""

    number: int
    now_ns: int
    why: str
    cause: Cause


class Step(NamedTuple):
    """A tick that was replayed."""

    record: TraceRecord
    result: Tick
    output: PolicyOutput


@dataclass
class Outcome:
    """What came out of a replay."""

    ticks: int = 0
    """Recorded ticks."""
    identical: int = 0
    before_state: int = 0
    """Of those not identical: ticks of which no state was known, at the recording's beginning."""
    differences: list[Difference] = field(default_factory=list)
    """The first of them."""
    causes: Counter[Cause] = field(default_factory=Counter)
    """All of them, by cause."""
    remarks: list[str] = field(default_factory=list)
    _digest: Any = field(default_factory=hashlib.sha256, repr=False)

    @property
    def different(self) -> int:
        """How many ticks are not identical."""
        return self.causes.total()

    @property
    def sha256(self) -> str:
        """Hash over all replayed observations and actions."""
        return str(self._digest.hexdigest())

    def add(self, step: Step) -> None:
        """Take in what a tick observed and answered."""
        observation = step.result.observation
        for key in sorted(observation):
            self._digest.update(np.ascontiguousarray(observation[key]).data)
        self._digest.update(step.output.action.tobytes())

    def differs(self, record: TraceRecord, cause: Cause, why: str, most: int) -> None:
        """Note a tick that is not identical."""
        self.causes[cause] += 1
        if len(self.differences) < most:
            self.differences.append(Difference(record.number, record.now_ns, why, cause))

    def summary(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "ticks": self.ticks,
            "identical": self.identical,
            "different": self.different,
            "causes": {cause.value: self.causes[cause] for cause in Cause},
            "before_first_state": self.before_state,
            "sha256": self.sha256,
            "differences": [entry._asdict() for entry in self.differences],
            "remarks": self.remarks,
        }
