"""From the bridge to its camera process and back: what to render, and what becomes of the frames.

A snapshot goes as one array of doubles, with the faults of the cameras as labels. In lockstep, and
only while there are such faults, every control period ends with a message without a snapshot, which
the cameras answer with how many frames went out: manifests count them.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
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
POSE = 7
"""Numbers of qpos that cameras need of a robot: where base_link is, and how it is turned."""
FARTHEST = 1e4
"""No world is as large, m; frames and seconds are counted up to 2^53 and 2^31."""


class Told(NamedTuple):
    """What the bridge says."""

    stamp_ns: int
    snapshot: CameraSnapshot | None
    """What to render; None: the control period ends."""
    directives: tuple[Directive[Order], ...] = ()
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


def of_message(message: Float64MultiArray, robots: int = 1) -> Told:
    """Decode what ``to_message`` wrote in a world of ``robots``; raises ValueError for all else."""
    values = np.array(message.data)
    if len(values) < 3 or not np.isfinite(values).all():
        raise ValueError(f"{len(values)} numbers, expected 3 or more, all finite")
    frame, seconds, nanos = (int(value) for value in values[:3])
    if not (NO_FRAME <= frame < 2**53 and 0 <= seconds < 2**31 and 0 <= nanos < _SECOND):
        raise ValueError(f"frame {frame}, stamp {seconds} s {nanos} ns, expected neither negative")
    if (frame == NO_FRAME) != (len(values) == 3):
        raise ValueError(
            f"frame {frame}, {len(values) - 3} numbers of a pose, expected both or none"
        )
    stamp_ns = seconds * _SECOND + nanos
    dimensions = message.layout.dim
    hold = bool(dimensions) and dimensions[0].label == HOLD
    directives = tuple(_directive(entry) for entry in dimensions[hold:])
    snapshot = None if frame == NO_FRAME else _snapshot(frame, stamp_ns, values[3:], robots)
    return Told(stamp_ns, snapshot, directives, hold)


def _snapshot(frame: int, stamp_ns: int, qpos: NDArray[np.float64], robots: int) -> CameraSnapshot:
    if len(qpos) < POSE * robots:
        raise ValueError(f"qpos has {len(qpos)} numbers, expected {POSE * robots} or more")
    for pose in qpos[: POSE * robots].reshape(robots, POSE):
        position, turn = pose[:3], pose[3:]
        if np.abs(position).max() > FARTHEST or abs(float(np.linalg.norm(turn)) - 1.0) > 0.01:
            raise ValueError(f"pose {pose.tolist()}, expected a place in the world and a turn")
    return CameraSnapshot(frame, stamp_ns, qpos)


def _directive(entry: MultiArrayDimension) -> Directive[Order]:
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
