"""How long commands took in a recording: from the sending of an IMU sample to what was made of it.

A command carries the stamp of the newest IMU sample that it was made of, and the middleware notes
when each message was sent. In lockstep time is simulated, and there is nothing to measure.
"""

from array import array
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.samples import Source
from ballbot_fusion.recording import wire
from ballbot_fusion.recording.bag_reader import Bag
from ballbot_fusion.recording.contract import Contract

COMMANDS = ("policy_command", "motor_commands")
LOCKSTEP = "lockstep/manifest"
BIN_MS, BINS = 0.1, 200
"""Of the distribution: up to 20 ms, longer ones in the last."""


def _first(stamps: array, sent: array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Stamps in order, each with when it was first sent: a fault may repeat one."""
    order, places = np.unique(np.array(stamps, np.int64), return_index=True)
    return order, np.array(sent, np.int64)[places]


def _apart_ms(imu: tuple[NDArray[np.int64], NDArray[np.int64]], stamps: array, sent: array
              ) -> NDArray[np.float64]:  # fmt: skip
    known, began = imu
    if not len(known) or not len(stamps):
        return np.empty(0)
    wanted, ended = np.array(stamps, np.int64), np.array(sent, np.int64)
    places = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    found = known[places] == wanted
    return (ended[found] - began[places[found]]) * 1e-6


def _described(topic: str, apart_ms: NDArray[np.float64]) -> dict[str, Any]:
    if not len(apart_ms):
        return {"topic": topic, "n": 0, "p50_ms": None, "p99_ms": None, "max_ms": None, "bins": []}
    p50, p99, largest = (float(np.percentile(apart_ms, share)) for share in (50, 99, 100))
    counts = np.bincount(np.clip(apart_ms / BIN_MS, 0, BINS - 1).astype(np.int64), minlength=BINS)
    return {
        "topic": topic, "n": len(apart_ms), "p50_ms": round(p50, 4), "p99_ms": round(p99, 4),
        "max_ms": round(largest, 4), "bins": counts.tolist(),
    }  # fmt: skip


def latency(bag: Bag, contract: Contract) -> dict[str, Any]:
    """Return ``rows`` of the commands' latencies, or ``why`` there are none.

    Args:
        bag: read from its beginning.
        contract: which topic is the IMU's.
    """
    imu, names = contract.topics.get(Source.IMU.name, "/imu/data"), {}
    times: dict[str, tuple[array, array]] = {}
    for message in bag.messages():
        name = message.topic.name
        if name.endswith(LOCKSTEP):
            return {"rows": [], "why": "recorded in lockstep, where time is simulated"}
        if name not in names:
            command = next((c for c in COMMANDS if name.endswith("/" + c)), "")
            names[name] = imu if name == imu else command
        kind = names[name]
        if not kind or not message.publish_ns:
            continue
        if kind == imu:
            stamp_ns = wire.imu_sample(message.data, 0).stamp_ns
        else:
            stamp_ns = wire.joint_sample(message.data, 0, Source.MOTORS).stamp_ns
        stamps, sent = times.setdefault(kind, (array("q"), array("q")))
        stamps.append(stamp_ns)
        sent.append(message.publish_ns)
    if imu not in times:
        return {"rows": [], "why": f"nothing on {imu} is in the recording"}
    began = _first(*times[imu])
    rows = [_described(c, _apart_ms(began, *times[c])) for c in COMMANDS if c in times]
    return {"rows": rows, "why": "" if rows else "no command is in the recording"}
