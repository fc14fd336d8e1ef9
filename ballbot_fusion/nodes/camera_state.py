"""State snapshots from the bridge to its camera process, as one array of doubles."""

import numpy as np
from std_msgs.msg import Float64MultiArray

from ballbot_fusion.simulation.simulation import CameraSnapshot

TOPIC = "bridge/camera_state"
_SECOND = 1_000_000_000


def to_message(snapshot: CameraSnapshot, stamp_ns: int) -> Float64MultiArray:
    """Encode frame number, stamp (s, ns) and qpos; all exact in doubles."""
    head = [float(snapshot.frame), float(stamp_ns // _SECOND), float(stamp_ns % _SECOND)]
    return Float64MultiArray(data=[*head, *snapshot.qpos.tolist()])


def of_message(message: Float64MultiArray) -> CameraSnapshot:
    """Decode what ``to_message`` wrote."""
    frame, seconds, nanos = map(int, message.data[:3])
    return CameraSnapshot(frame, seconds * _SECOND + nanos, np.array(message.data[3:]))
