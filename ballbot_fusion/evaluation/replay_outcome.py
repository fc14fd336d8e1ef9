"""What came out of a replay: how many ticks, and which of them were not identical."""

import hashlib
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from ballbot_fusion.core.tick import Tick
from ballbot_fusion.core.trace import TraceRecord
from ballbot_fusion.deployment.runtime import PolicyOutput


class Difference(NamedTuple):
    """A tick that is not identical, and why."""

    number: int
    now_ns: int
    why: str


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
    different: int = 0
    """All of them."""
    remarks: list[str] = field(default_factory=list)
    _digest: Any = field(default_factory=hashlib.sha256, repr=False)

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

    def differs(self, record: TraceRecord, why: str, most: int) -> None:
        """Note a tick that is not identical."""
        self.different += 1
        if len(self.differences) < most:
            self.differences.append(Difference(record.number, record.now_ns, why))

    def summary(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "ticks": self.ticks,
            "identical": self.identical,
            "different": self.different,
            "before_first_state": self.before_state,
            "sha256": self.sha256,
            "differences": [entry._asdict() for entry in self.differences],
            "remarks": self.remarks,
        }
