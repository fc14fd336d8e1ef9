"""Which faults a live policy can have: some mean nothing by the clock, or in lockstep."""

from ballbot_fusion.simulation.policy_faults.way import POLICY_FAULTS

_SIGNAL = "by the clock, send its process a signal (kill -STOP, kill -KILL)"
BY_THE_CLOCK = {"hung": _SIGNAL, "killed": _SIGNAL}
"""Kinds that cannot be in real time, and why: samples are taken in between ticks, too."""
IN_LOCKSTEP = {"late": "in lockstep a command is the answer to its tick, whenever it comes"}
"""Kinds that cannot be in lockstep, and why."""


def objection(kind: str, *, lockstep: bool) -> str:
    """Return why a kind cannot be; nothing where it can."""
    return (IN_LOCKSTEP if lockstep else BY_THE_CLOCK).get(kind, "")


def possible(*, lockstep: bool) -> list[str]:
    """Return the kinds that there are."""
    return [kind for kind in POLICY_FAULTS if not objection(kind, lockstep=lockstep)]
