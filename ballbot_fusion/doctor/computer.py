"""The computer that balances: time to spare, and the right to be first. And the policy it runs."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from ballbot_fusion.core.schedule import TickSchedule
from ballbot_fusion.doctor.finding import Finding, State, failed, passed, unknown
from ballbot_fusion.doctor.observed import FEWEST, IMU, Observed, Processor

INFERENCE, SAFETY = "inference", "safety"
LATE = 0.02
"""Share of the ticks that may come late, beside those that the IMU's own samples hold up."""
LATE_SHARE = 0.2
"""Of a period: a tick so much behind its time counts as late (config/inference.yaml)."""
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


def held_up(observed: Observed, rate_hz: float) -> float:
    """Share of ticks that are late because they follow the IMU's samples.

    Those of a 500 Hz IMU, of which each is sent up to 2 ms late, make a fifth of 200 Hz late on any
    computer. By when they were sent, for the doctor itself may have to wait.
    """
    stream = observed.streams[IMU]
    period_ns = round(1e9 / rate_hz)
    schedule, moments = TickSchedule(period_ns), []
    sent = stream.sent_ns or stream.arrivals_ns
    for stamp_ns, sent_ns in zip(stream.stamps_ns, sent, strict=True):
        if schedule.due(stamp_ns, sent_ns):
            moments.append(sent_ns)
    gaps = [after - before for before, after in pairwise(moments)]
    return sum(gap > (1.0 + LATE_SHARE) * period_ns for gap in gaps) / max(len(gaps), 1)


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
    if IMU not in observed.streams or len(observed.streams[IMU].stamps_ns) < FEWEST:
        yield unknown("ticks", INFERENCE, "they follow the IMU", "See its topic first.")
        return
    late, rate = _grown(span, "late_ticks") / counted, counted / seconds
    declared = float(span[1]["rate_hz"])
    imu = held_up(observed, declared)
    found = f"{rate:.0f} ticks a second, {late:.1%} late, of that {min(imu, late):.1%} by the IMU"
    if late <= LATE + imu and rate >= SLOW * declared:
        yield passed("ticks", INFERENCE, found, f"{declared:g} a second")
    else:
        yield failed(
            "ticks", INFERENCE, found, f"{declared:g} a second, {LATE:.0%} late beside the IMU's",
            "processor: load", RELIEF,
        )  # fmt: skip


def is_punctual(observed: Observed) -> bool:
    """Whether inference is known to tick when it must."""
    return any(finding.state is State.OK for finding in ticks(observed))


def headroom(observed: Observed) -> Iterator[Finding]:
    """The processor has time to spare.

    The doctor has no priority: it may wait for long behind those that have, and all is well while
    inference, which is one of them, comes in time.
    """
    seen = observed.processor
    if seen is None:
        yield unknown("processor", "computer", "not measured")
        return
    found = f"{seen.free:.0%} of {seen.cores} cores free, {seen.waits:.0%} of the time in a queue"
    if not is_starved(seen) or (seen.free >= SPARE and is_punctual(observed)):
        yield passed("processor", "computer", found)
    else:
        yield failed(
            "processor", "computer", found,
            f"{SPARE:.0%} or more; {WAITS:.0%} or less, or ticks in time",
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
                "Allow `rtprio 40` and `nice -20` to the user who launches, and log in again; "
                "LimitRTPRIO and LimitNICE of a service (docs/deployment.md).",
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
