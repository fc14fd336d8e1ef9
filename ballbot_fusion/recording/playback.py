"""A recording played again: its messages in the order of time, with stamps of now."""

import hashlib
import heapq
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ballbot_fusion.recording import cdr, wire
from ballbot_fusion.recording.bag_file import Message
from ballbot_fusion.recording.bag_reader import Bag
from ballbot_fusion.recording.contract import TOPIC, Contract

LOOK_AHEAD_NS = 2_000_000_000
"""Recorders write topic by topic: so much later than its time a message may stand in the file."""
LATE_NS = 1_000_000_000
"""A message that was received so much later than it was sent had been latched."""
STAMPED = frozenset(
    f"{package}/msg/{name}"
    for package, names in {
        "sensor_msgs": ("Imu", "JointState", "Image", "CameraInfo", "Joy"),
        "geometry_msgs": ("TwistStamped",),
        "nav_msgs": ("Odometry",),
    }.items()
    for name in names
)
"""Types that begin with a header, and so with a stamp."""
LOCKSTEP = "lockstep/manifest"
_STAMP = struct.Struct("<iI")
_SECOND = 1_000_000_000
STAMPS_END_NS = (1 << 31) * _SECOND
"""From here on no stamp can say the time: its seconds have 32 bits with a sign."""


class PlaybackError(ValueError):
    """A recording cannot be played. The text says why, and what to do."""


class Played(NamedTuple):
    """What the nodes that a recording is played to must be started with."""

    contract: Contract
    policy: bytes | None
    """The policy's file; None where the recording does not hold it."""


def played(bag: Bag) -> Played:
    """Read how a recording was ticked, and the policy that drove.

    Raises:
        PlaybackError: it was recorded in lockstep, or nobody can tell how it was ticked.
    """
    contract: Contract | None = None
    for message in bag.messages():
        if message.topic.name.endswith("/" + LOCKSTEP):
            raise PlaybackError(
                f"{bag.files[0]} was recorded in lockstep: its time is simulated, and no clock "
                "keeps its pace. Look at it with `ballbot replay` or `ballbot inspect`."
            )
        if contract is None and message.topic.name.endswith("/" + TOPIC):
            contract = Contract.model_validate_json(cdr.string(message.data))
        if contract is not None and (policy := _policy(bag, contract)) is not None:
            return Played(contract, policy)
    if contract is None:
        raise PlaybackError(
            f"{bag.files[0]} has no message on {TOPIC}: nobody can tell which policy and robot it "
            "is of. Record it with `record:=` or `ballbot record`."
        )
    return Played(contract, _policy(bag, contract))


def _policy(bag: Bag, contract: Contract) -> bytes | None:
    return bag.attachments.get(f"policy/{contract.policy_sha256}.onnx")


def in_time(bag: Bag, look_ahead_ns: int = LOOK_AHEAD_NS) -> Iterator[tuple[int, Message]]:
    """Return all messages in the order in which they were sent, each with that time [ns].

    Where it was sent at no time that is known, or long before, it is when it was received. Memory
    is bounded by what was recorded within ``look_ahead_ns``.
    """
    waiting: list[tuple[int, int, Message]] = []
    newest = 0
    for number, message in enumerate(bag.messages()):
        late_ns = message.log_ns - message.publish_ns
        # What was said before the recorder came, and latched, is played when it came.
        time_ns = message.publish_ns if abs(late_ns) <= LATE_NS else message.log_ns
        newest = max(newest, time_ns)
        heapq.heappush(waiting, (time_ns, number, message))
        while waiting and newest - waiting[0][0] > look_ahead_ns:
            time_ns, _, first = heapq.heappop(waiting)
            yield time_ns, first
    while waiting:
        time_ns, _, first = heapq.heappop(waiting)
        yield time_ns, first


def stamp_ns(message: Message) -> int | None:
    """Return the stamp of a message with a header; None for one without, or that is not whole."""
    data = message.data
    if message.topic.type not in STAMPED or data[:2] != wire.PLAIN_LITTLE_ENDIAN:
        return None
    if len(data) < wire.HEAD + _STAMP.size:
        return None
    seconds, nanos = _STAMP.unpack_from(data, wire.HEAD)
    return int(seconds) * _SECOND + int(nanos)


def with_stamp(data: bytes, stamp: int) -> bytes:
    """Return a message with another stamp [ns]; all else, wrong or right, stays as it is."""
    end = wire.HEAD + _STAMP.size
    return data[: wire.HEAD] + _STAMP.pack(*divmod(stamp, _SECOND)) + data[end:]


def policy_file(bag: Bag, found: Played, models: Path, folder: Path) -> Path:
    """Return the policy that drove as a file: one of ``models``, or written into ``folder``.

    Raises:
        PlaybackError: it is in neither.
    """
    sha256 = found.contract.policy_sha256
    for path in sorted(models.glob("*.onnx")):
        if hashlib.sha256(path.read_bytes()).hexdigest() == sha256:
            return path
    if found.policy is None:
        raise PlaybackError(
            f"The policy that drove in {bag.files[0]} ({found.contract.policy!r}, sha256 "
            f"{sha256[:12]}...) is neither in the recording nor in {models}. Give policy:=NAME."
        )
    path = folder / f"{sha256[:12]}.onnx"
    path.write_bytes(found.policy)
    return path
