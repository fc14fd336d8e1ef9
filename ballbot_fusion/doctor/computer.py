"""The computer that balances: time to spare, and the right to be first. And the policy it runs."""

from collections.abc import Iterator, Mapping

from ballbot_fusion.doctor.finding import Finding, failed, passed, unknown
from ballbot_fusion.doctor.observed import Observed, Processor

INFERENCE, SAFETY = "inference", "safety"
LATE = 0.02
"""Share of the ticks that may come late."""
SLOW = 0.9
"""Share of the control rate that must be reached."""
SPARE = 0.1
"""Share of all cores that must be free."""
WAITS = 0.5
"""Share of the time that it wants to run in which an ordinary program may have to wait."""
RELIEF = (
    "Launch without what the robot does not need (dashboard:=false, record:=none), end other "
    "programs, make images smaller."
)


def _spans(observed: Observed, node: str) -> tuple[Mapping[str, str], Mapping[str, str]] | None:
    """What a node said first and last; None when it did not speak twice."""
    heard = [said[node] for said in observed.said if node in said]
    return (heard[0], heard[-1]) if len(heard) > 1 else None


def _grown(span: tuple[Mapping[str, str], Mapping[str, str]], key: str) -> float:
    first, last = span
    return float(last[key]) - float(first[key])


def ticks(observed: Observed) -> Iterator[Finding]:
    """Inference ticks when it must."""
    span = _spans(observed, INFERENCE)
    if span is None or "ticks" not in span[0] or "ticks" not in span[1]:
        yield unknown(
            "ticks", INFERENCE, "inference says nothing",
            "Launch robot.launch.py, in dry run, beside the drivers.",
        )  # fmt: skip
        return
    counted, seconds = _grown(span, "ticks"), _grown(span, "time_ns") * 1e-9
    if counted <= 0 or seconds <= 0.0:
        yield unknown("ticks", INFERENCE, "it does not tick", "See its topics first.")
        return
    late, rate = _grown(span, "late_ticks") / counted, counted / seconds
    declared = float(span[1]["rate_hz"])
    found = f"{rate:.0f} ticks a second, {late:.1%} late"
    if late <= LATE and rate >= SLOW * declared:
        yield passed("ticks", INFERENCE, found, f"{declared:g} a second")
    else:
        yield failed(
            "ticks", INFERENCE, found, f"{declared:g} a second, below {LATE:.0%} late",
            "processor: load", RELIEF,
        )  # fmt: skip


def headroom(observed: Observed) -> Iterator[Finding]:
    """The processor has time to spare."""
    seen = observed.processor
    if seen is None:
        yield unknown("processor", "computer", "not measured")
        return
    found = f"{seen.free:.0%} of {seen.cores} cores free, {seen.waits:.0%} of the time in a queue"
    if not is_starved(seen):
        yield passed("processor", "computer", found)
    else:
        yield failed(
            "processor", "computer", found, f"{SPARE:.0%} or more, {WAITS:.0%} or less",
            "processor: load", RELIEF,
        )  # fmt: skip


def is_starved(seen: Processor) -> bool:
    """Whether nothing is left for what has no priority."""
    return seen.free < SPARE or seen.waits > WAITS


def scheduling(observed: Observed) -> Iterator[Finding]:
    """Inference and safety may be first."""
    for node in (INFERENCE, SAFETY):
        span = _spans(observed, node)
        said = span[1].get("scheduling", "") if span else ""
        if not said:
            yield unknown("scheduling", node, f"{node} says nothing", "Launch robot.launch.py.")
        elif "needs root" in said:
            yield failed(
                "scheduling", node, said, "real time", "rtprio in /etc/security/limits.conf",
                "Allow `rtprio 40` and `nice -20` to the user who launches, and log in again.",
            )  # fmt: skip
        else:
            yield passed("scheduling", node, said)


def policy(observed: Observed) -> Iterator[Finding]:
    """The policy file is one of this robot."""
    if observed.policy:
        yield failed(
            "policy", "policy file", observed.policy, "a policy of this robot", "policy",
            "Launch with policy:= one that was trained for this robot file.",
        )  # fmt: skip
    else:
        yield passed("policy", "policy file", "fits the robot file")
