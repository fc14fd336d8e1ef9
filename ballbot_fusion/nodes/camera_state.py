"""From the bridge to its camera process and back: what to render, and what becomes of the frames.

A snapshot goes as one array of doubles, with the faults of the cameras as labels. In lockstep, and
only while there are such faults, every control period ends with a message without a snapshot, which
the cameras answer with how many frames went out: manifests count them.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from std_msgs.msg import Float64MultiArray, Int64MultiArray, MultiArrayDimension

from ballbot_fusion.simulation.faults import Order
from ballbot_fusion.simulation.faults.switched import Directive
from ballbot_fusion.simulation.simulation import CameraSnapshot

TOPIC = "bridge/camera_state"
REPORT = "bridge/camera_faults"
NO_FRAME = -1
"""Frame number of a message without a snapshot."""
HOLD = "hold"
"""Label that tells the cameras to keep a frame until its period ends."""
_SECOND = 1_000_000_000


class Told(NamedTuple):
    """What the bridge says."""

    stamp_ns: int
    snapshot: CameraSnapshot | None
    """What to render; None: the control period ends."""
    directives: tuple[Directive, ...] = ()
    """Faults of the cameras."""
    hold: bool = False
    """Whether frames wait for the end of their control period."""


class Report(NamedTuple):
    """What the cameras answer."""

    stamp_ns: int
    """Of the message that they answer to."""
    sent: tuple[int, int]
    """How many frames of each camera went out after it."""
    effects: Mapping[int, int]
    """How many frames each fault has spoilt so far, by its number."""


def to_message(told: Told) -> Float64MultiArray:
    """Encode frame number, stamp (s, ns) and qpos, all exact in doubles; faults as labels."""
    snapshot = told.snapshot
    frame = NO_FRAME if snapshot is None else snapshot.frame
    qpos = [] if snapshot is None else snapshot.qpos.tolist()
    message = Float64MultiArray(
        data=[float(frame), *map(float, divmod(told.stamp_ns, _SECOND)), *qpos]
    )
    labels = [(f"{d.number} {d.order.text}", int(d.acts)) for d in told.directives]
    if told.hold:
        labels.insert(0, (HOLD, 0))
    message.layout.dim = [MultiArrayDimension(label=label, size=size) for label, size in labels]
    return message


def of_message(message: Float64MultiArray) -> Told:
    """Decode what ``to_message`` wrote."""
    frame, seconds, nanos = map(int, message.data[:3])
    stamp_ns = seconds * _SECOND + nanos
    dimensions = message.layout.dim
    hold = bool(dimensions) and dimensions[0].label == HOLD
    directives = tuple(_directive(entry) for entry in dimensions[hold:])
    snapshot = None
    if frame != NO_FRAME:
        snapshot = CameraSnapshot(frame, stamp_ns, np.array(message.data[3:]))
    return Told(stamp_ns, snapshot, directives, hold)


def _directive(entry: MultiArrayDimension) -> Directive:
    number, _, text = entry.label.partition(" ")
    return Directive(int(number), _order(text), bool(entry.size))


@lru_cache(maxsize=64)
def _order(text: str) -> Order:
    return Order.of(text)


def report_message(
    stamp_ns: int, sent: Sequence[int], effects: Mapping[int, int]
) -> Int64MultiArray:
    """Encode a report."""
    pairs = [value for pair in effects.items() for value in pair]
    return Int64MultiArray(data=[stamp_ns, *sent, *pairs])


def of_report(message: Int64MultiArray) -> Report:
    """Decode it."""
    stamp_ns, first, second, *pairs = map(int, message.data)
    return Report(stamp_ns, (first, second), dict(zip(pairs[::2], pairs[1::2], strict=True)))
