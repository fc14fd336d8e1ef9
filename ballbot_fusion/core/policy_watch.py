"""Whether the policy's commands may drive: finite torques within limits, without jumps, on time."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import isfinite
from typing import NamedTuple

from ballbot_fusion.core.safety_settings import SafetySettings
from ballbot_fusion.core.samples import Sample

WHEELS = 3


class PolicyCommand(NamedTuple):
    """What the policy asks for."""

    effort: tuple[float, ...]
    """Wheel torques in the policy's joint order, N m."""
    arrival_ns: int
    lag_ns: int = 0
    """For how long a newer IMU sample has been here than the one that it answers to."""


class Watch(NamedTuple):
    """What is remembered of the policy. Times are steady nanoseconds."""

    command: PolicyCommand | None = None
    """Newest good command."""
    heard: PolicyCommand | None = None
    """Newest one that was possible, whether it was good or not."""
    jumped_ns: int | None = None
    """When the torques jumped last."""
    good_since_ns: int | None = None
    """Since when it has been good without a break."""
    refused: str = ""
    """What is wrong with it."""

    def good_for_s(self, now_ns: int) -> float:
        """Return for how long it has been good, s; -1 when it is not."""
        return -1.0 if self.good_since_ns is None else (now_ns - self.good_since_ns) * 1e-9


@dataclass(frozen=True)
class PolicyWatch:
    """Judges commands for one robot and control rate; all state is in Watch."""

    max_torque: float
    rate_hz: float
    settings: SafetySettings = field(default_factory=SafetySettings)

    @property
    def timeout_ns(self) -> int:
        """Silence that counts as a dead policy: max(time-out, 2.5 control periods)."""
        return round(max(self.settings.policy_timeout_s, 2.5 / self.rate_hz) * 1e9)

    def step(self, watch: Watch, command: PolicyCommand | None, now_ns: int) -> Watch:
        """Judge what was heard since the last step, if anything, and the silence since."""
        if command is not None:
            defect = self.impossible(command.effort)
            if defect:
                return watch._replace(refused=defect, good_since_ns=None)
            jump = self._jump(watch.heard, command)
            defect = self._late(command) or self._jumps_on(watch.jumped_ns, jump, now_ns)
            jumped_ns = now_ns if jump else watch.jumped_ns
            watch = watch._replace(heard=command, jumped_ns=jumped_ns)
            if defect:
                return watch._replace(refused=defect, good_since_ns=None)
            watch = self._accepted(watch, command)
        held = watch.command
        if held is None or now_ns - held.arrival_ns >= self.timeout_ns:
            refused = watch.refused or "the policy is silent"
            return watch._replace(good_since_ns=None, refused=refused)
        return watch

    def impossible(self, effort: tuple[float, ...]) -> str:
        """Say why nobody can mean these torques; empty when somebody may."""
        if not effort:
            return "the policy withholds its command (inference says why), or names other joints"
        if len(effort) != WHEELS:
            return f"the policy gave {len(effort)} torques, expected {WHEELS}"
        if not all(map(isfinite, effort)):
            return "the policy gave a torque that is not finite"
        if max(map(abs, effort)) > self.max_torque * 1.001:
            return f"the policy asked for more than {self.max_torque:g} N m"
        return ""

    def _late(self, command: PolicyCommand) -> str:
        limit_s = self.settings.policy_lag_s
        if command.lag_ns <= limit_s * 1e9:
            return ""
        lag_ms = command.lag_ns * 1e-6
        return f"the policy answers to what was {lag_ms:.0f} ms ago, limit {limit_s * 1e3:g} ms"

    @property
    def _largest_jump(self) -> float:
        return self.settings.largest_jump * self.max_torque

    def _jump(self, last: PolicyCommand | None, command: PolicyCommand) -> float:
        """How far a torque jumped from the command just before, N m; 0 when it did not."""
        if last is None or command.arrival_ns - last.arrival_ns >= self.timeout_ns:
            return 0.0
        change = max(abs(a - b) for a, b in zip(command.effort, last.effort, strict=True))
        return change if change > self._largest_jump else 0.0

    def _jumps_on(self, jumped_ns: int | None, jump: float, now_ns: int) -> str:
        """Say that it jumps again. Once it may: when a sensor comes back, the estimate leaps."""
        within_s = self.settings.jumps_within_s
        if not jump or jumped_ns is None or now_ns - jumped_ns > within_s * 1e9:
            return ""
        return (
            f"the policy jumped twice within {within_s * 1e3:g} ms, by {jump:.2f} N m from one "
            f"command to the next, limit {self._largest_jump:g}"
        )

    def _accepted(self, watch: Watch, command: PolicyCommand) -> Watch:
        held, since = watch.command, watch.good_since_ns
        silence = 0 if held is None else command.arrival_ns - held.arrival_ns
        if since is None or silence >= self.timeout_ns:
            since = command.arrival_ns
        return watch._replace(command=command, good_since_ns=since, refused="")


class Arrivals:
    """When the newest IMU samples came, to tell which commands answer to what is long outdated."""

    def __init__(self, kept: int = 128) -> None:
        """Remember ``kept`` samples: more than come within the largest lag that is allowed."""
        self._kept: deque[tuple[int, int]] = deque(maxlen=kept)

    def hear(self, samples: Iterable[Sample]) -> None:
        """Take in what arrived, in that order."""
        self._kept.extend((sample.stamp_ns, sample.arrival_ns) for sample in samples)

    def lag_ns(self, stamp_ns: int, now_ns: int) -> int:
        """Return for how long something newer than ``stamp_ns`` has been here; 0 when nothing is.

        Whoever answers may have heard a sample that never came here. After a jump of the clock a
        command under way may carry a stamp from before: that makes it no older than it is. When the
        IMU is silent no command is late: nobody could answer to anything newer.
        """
        newer_ns = now_ns
        for stamp, arrived_ns in reversed(self._kept):
            if stamp <= stamp_ns:
                break
            newer_ns = arrived_ns
        return now_ns - newer_ns
