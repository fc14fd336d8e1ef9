"""A tick at a glance: what people look at, twenty times a second, as labelled groups of numbers.

A trace holds every bit of every tick; writing it down takes a tenth of the processor that the tick
needs. A glance holds what a person can follow. Groups are found by label, so that a reader of one
policy reads another one's too, and passes over what it does not know.

    pose      position [m] and attitude (x, y, z, w) of base_link in the odometry frame
    motion    velocity of the ball's centre [m/s] in the heading frame, then angular velocity
              [rad/s] in base_link
    wheels    rad/s, in the policy's joint order
    command   vx, vy [m/s], yaw rate [rad/s] in force, after the limits
    KEY?      of each modality: the code of its reason (core/reasons.py); 0 = trusted
    KEY!      of each stream: seconds since its newest sample was taken; -1 before the first
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import inf
from typing import NamedTuple

from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.rotation import IDENTITY, Quaternion, Vector
from ballbot_fusion.core.samples import Source
from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.core.tick import Tick

Groups = list[tuple[str, tuple[float, ...]]]
"""Numbers by label, in order."""
STREAMS = (Source.IMU, Source.ENCODERS, Source.CAMERA_0, Source.CAMERA_1)
MOST = 4096
"""Numbers in a glance that is read; more are none."""


class Glance(NamedTuple):
    """One tick, as far as people look at it."""

    position: Vector
    attitude: Quaternion
    velocity: Vector
    rate: Vector
    wheels: Vector
    command: Vector
    reasons: Mapping[str, Reason]
    """By modality, in the policy's order."""
    ages_s: Mapping[str, float | None]
    """By stream; None before the first sample."""


def groups_of(spec: ObservationSpec, result: Tick) -> Groups:
    """Write down what ``result`` says."""
    now, channels = result.estimate, result.state.sync.channels
    groups: Groups = [
        ("pose", (*now.position, *now.attitude)),
        ("motion", (*now.velocity, *now.rate)),
        ("wheels", now.wheel_speeds),
        ("command", result.state.command),
    ]
    for key, reason in zip(spec.keys, result.reasons, strict=True):
        groups.append((f"{key}?", (float(reason),)))
    for source in STREAMS:
        channel = channels[source]
        age_s = (result.state.now_ns - channel.taken_ns) * 1e-9
        groups.append((f"{source.name.lower()}!", (age_s if channel.sample else -1.0,)))
    return groups


def _cut(sizes: Sequence[tuple[str, int]], numbers: Sequence[float]) -> dict[str, list[float]]:
    """Cut ``numbers`` into groups by label.

    Raises:
        ValueError: they do not fit the sizes, or one of them is not finite.
    """
    total = sum(size for _, size in sizes)
    if total != len(numbers) or total > MOST or any(size < 0 for _, size in sizes):
        raise ValueError(f"A glance announces {total} numbers and has {len(numbers)}.")
    if not all(-inf < number < inf for number in numbers):
        raise ValueError("A glance holds a number that is not finite.")
    ends = [0]
    for _, size in sizes:
        ends.append(ends[-1] + size)
    spans = zip(sizes, pairwise(ends), strict=True)
    return {label: list(numbers[first:last]) for (label, _), (first, last) in spans}


def glance_of(sizes: Sequence[tuple[str, int]], numbers: Sequence[float]) -> Glance:
    """Read what ``groups_of`` wrote: labels with their sizes, and all numbers.

    Raises:
        ValueError: a group is missing or has another size, or a number is not finite.
    """
    groups = _cut(sizes, numbers)
    try:
        px, py, pz, *attitude = groups["pose"]
        vx, vy, vz, rx, ry, rz = groups["motion"]
        qx, qy, qz, qw = attitude or IDENTITY
        w0, w1, w2 = groups["wheels"]
        cx, cy, cz = groups["command"]
        reasons = {
            label[:-1]: Reason(int(values[0]))
            for label, values in groups.items()
            if label.endswith("?")
        }
        ages = {
            label[:-1]: values[0] if values[0] >= 0.0 else None
            for label, values in groups.items()
            if label.endswith("!")
        }
    except (KeyError, IndexError) as error:
        raise ValueError(f"A glance lacks {error}.") from None
    return Glance(
        (px, py, pz), (qx, qy, qz, qw), (vx, vy, vz), (rx, ry, rz), (w0, w1, w2), (cx, cy, cz),
        reasons, ages,
    )  # fmt: skip
