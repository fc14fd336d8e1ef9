"""The default limits of staleness, derived: not before what is healthy, not after what is fatal.

A limit must be long enough that a stream which works never meets it: a sample that gets lost, the
longest hold-up of a machine that does its work, and the tick that looks. And it must be no longer
than the longest blackout that is survived while nobody answers to it, as measured (blackouts.py):
then whatever answers comes in time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import takewhile
from typing import Any

from ballbot_fusion.core.safety_settings import SafetySettings
from ballbot_fusion.core.samples import Source
from ballbot_fusion.core.synchronizer import RULES
from ballbot_fusion.evaluation.campaign.blackouts import LENGTHS_S, OPEN, UNTOLD

TICK_S = 0.005
"""Of the control, s."""
LOST = 1
"""Samples in a row that may get lost without anything being said."""
HELD_UP_S = 0.02
"""Longest gap that the machine itself may cause, s: what the measure ``kills`` tolerates."""
PERIODS_S = {"imu": 0.001, "encoders": 0.002, "cameras": 1.0 / 30.0}
"""Of the samples of each sensor, s."""
SOURCES = {"imu": Source.IMU, "encoders": Source.ENCODERS, "cameras": Source.CAMERA_0}
MASKED = "masked"
FAULTS_AFTER = {"imu": "imu_fault_s", "encoders": "encoder_brake_s"}
"""Name in SafetySettings of the limit at which safety itself acts."""
SURVIVED = 0.99
"""Least share of drives that survive a blackout which a limit may let pass."""


def healthy_s(sensor: str) -> float:
    """Longest silence of a sensor that works, s."""
    return (LOST + 1) * PERIODS_S[sensor] + HELD_UP_S + TICK_S


@dataclass(frozen=True)
class Limit:
    """One limit of a sensor's silence, and what it rests on. Times in s."""

    sensor: str
    what: str
    limit_s: float
    least_s: float
    """The longest silence of a sensor that works; of a fault, when the policy is told."""
    most_s: float | None
    """The longest blackout that is survived while nobody answers; None: not even the shortest."""
    n: int
    """Fewest drives of a length."""
    holds: bool


def longest_survived(points: Sequence[Mapping[str, Any]]) -> float | None:
    """Return the longest length up to which every point reaches ``SURVIVED``; None: no length."""
    longest = None
    for point in sorted(points, key=lambda point: float(point["length_s"])):
        if point["survived"] < SURVIVED:
            break
        longest = float(point["length_s"])
    return longest


def _without_gap(points: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the points up to the first length that was not driven, of which nothing is known."""
    driven = {point["length_s"]: point for point in points}
    return [driven[length_s] for length_s in takewhile(driven.__contains__, LENGTHS_S)]


def _masked_s(source: Source) -> float:
    stale_ns = RULES[source].stale_ns
    if stale_ns is None:
        raise ValueError(f"{source.name} has no limit of staleness; choose one of the sensors.")
    return stale_ns * 1e-9


def _limit(
    points: Sequence[Mapping[str, Any]], sensor: str, what: str, limit_s: float, least_s: float
) -> Limit | None:
    answer = UNTOLD if what == MASKED else OPEN
    own = _without_gap([e for e in points if (e["sensor"], e["answer"]) == (sensor, answer)])
    if not own:
        return None
    most_s = longest_survived(own)
    holds = most_s is not None and least_s <= limit_s <= most_s
    drives = min(entry["n"] for entry in own)
    return Limit(sensor, what, limit_s, least_s, most_s, drives, holds)


def limits(points: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return every default limit with what it rests on, as plain data.

    Args:
        points: figures of the stage ``blackouts``; limits without any of the shortest length are
            left out.
    """
    settings = SafetySettings()
    found = []
    for sensor, source in SOURCES.items():
        told_s = _masked_s(source)
        found.append(_limit(points, sensor, MASKED, told_s, healthy_s(sensor)))
        if sensor in FAULTS_AFTER:
            fault_s = getattr(settings, FAULTS_AFTER[sensor])
            found.append(_limit(points, sensor, FAULTS_AFTER[sensor], fault_s, told_s))
    return [asdict(limit) for limit in found if limit is not None]
