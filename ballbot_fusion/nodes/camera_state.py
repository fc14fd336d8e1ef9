"""State snapshots from the bridge to its camera process, as one array of doubles."""

import numpy as np
from std_msgs.msg import Float64MultiArray

from ballbot_fusion.simulation.simulation import CameraSnapshot

TOPIC = "bridge/camera_state"
_SECOND = 1_000_000_000
POSE = 7
"""Numbers of qpos that cameras need: where base_link is, and how it is turned."""
FARTHEST = 1e4
"""No world is as large, m; frames and seconds are counted up to 2^53 and 2^31."""


def to_message(snapshot: CameraSnapshot, stamp_ns: int) -> Float64MultiArray:
    """Encode frame number, stamp (s, ns) and qpos; all exact in doubles."""
    head = [float(snapshot.frame), float(stamp_ns // _SECOND), float(stamp_ns % _SECOND)]
    return Float64MultiArray(data=[*head, *snapshot.qpos.tolist()])


def of_message(message: Float64MultiArray) -> CameraSnapshot:
    """Decode what ``to_message`` wrote; raises ValueError for anything else."""
    values = np.array(message.data)
    if len(values) < 3 + POSE or not np.isfinite(values).all():
        raise ValueError(f"{len(values)} numbers, expected {3 + POSE} or more, all finite")
    frame, seconds, nanos = (int(value) for value in values[:3])
    if not (0 <= frame < 2**53 and 0 <= seconds < 2**31 and 0 <= nanos < _SECOND):
        raise ValueError(f"frame {frame}, stamp {seconds} s {nanos} ns, expected neither negative")
    position, turn = values[3:6], values[6 : 3 + POSE]
    if np.abs(position).max() > FARTHEST or abs(float(np.linalg.norm(turn)) - 1.0) > 0.01:
        raise ValueError(f"pose {values[3:10].tolist()}, expected a place in the world and a turn")
    return CameraSnapshot(frame, seconds * _SECOND + nanos, values[3:])
