"""Lockstep: every tick ends with a manifest that says which messages belong to it.

A manifest names the tick, its time and, per topic, how many messages have been sent in all that
the tick must have consumed. Nodes act once they hold everything in it, with the tick's time as
their steady time; so the result does not depend on how fast or in which order messages travel.
The policy answers every tick. Where it is made to be silent (failing_inference.py), it answers with
a command of no joints: safety would wait for it otherwise.
"""

import time
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rclpy.node import Node
from rclpy.publisher import Publisher
from std_msgs.msg import Int64MultiArray, MultiArrayDimension

from ballbot_fusion.core.samples import Sample, Source

MANIFEST = "lockstep/manifest"
REPLY = "lockstep/reply"
READY = "lockstep/ready"
COUNTED = (Source.IMU, Source.ENCODERS, Source.CAMERA_0, Source.CAMERA_1, Source.MOTORS)
"""Streams that a manifest counts, in its order."""

BRIDGE, CAMERAS, INFERENCE, SAFETY, RECORDER = (
    "mujoco_bridge", "cameras", "inference", "safety", "recorder",
)  # fmt: skip
"""Names of the nodes that wait for each other."""

LAST_NS = 2**31 * 1_000_000_000
"""A message's stamp ends here."""


@dataclass(frozen=True)
class Manifest:
    """What belongs to a tick."""

    tick: int
    time_ns: int
    counts: tuple[int, ...]
    """Messages sent so far, by the order of COUNTED."""
    silent: bool = False
    """Whether the policy's answer to this tick is planned to be missing."""

    def to_message(self) -> Int64MultiArray:
        """Encode as one labelled array."""
        message = Int64MultiArray(data=[self.tick, self.time_ns, int(self.silent), *self.counts])
        labels = ("tick", "time_ns", "silent", *(source.name.lower() for source in COUNTED))
        message.layout.dim = [MultiArrayDimension(label=label, size=1) for label in labels]
        return message

    @classmethod
    def of(cls, message: Int64MultiArray) -> "Manifest":
        """Decode what ``to_message`` wrote; raises ValueError for anything else."""
        tick, time_ns, silent, *counts = message.data
        if len(counts) != len(COUNTED) or min(time_ns, *counts) < 0 or time_ns >= LAST_NS:
            raise ValueError(
                f"time {time_ns} ns and counts {counts} are no manifest, expected a time from 0 to "
                f"{LAST_NS} and {len(COUNTED)} counts of 0 or more. The bridge alone sends them."
            )
        return cls(int(tick), int(time_ns), tuple(int(count) for count in counts), bool(silent))


class Ledger:
    """Holds samples until the tick that they belong to."""

    def __init__(self, sources: Sequence[Source]) -> None:
        """Expect samples of ``sources``."""
        self._held: dict[Source, deque[Sample]] = {source: deque() for source in sources}
        self._consumed = dict.fromkeys(sources, 0)

    def hold(self, samples: Sequence[Sample]) -> None:
        """Take in what arrived."""
        for sample in samples:
            self._held[sample.source].append(sample)

    def _due(self, manifest: Manifest) -> Mapping[Source, int]:
        counts = dict(zip(COUNTED, manifest.counts, strict=True))
        return {source: counts[source] - done for source, done in self._consumed.items()}

    def complete(self, manifest: Manifest) -> bool:
        """Whether everything that belongs to the tick has arrived."""
        return all(len(self._held[source]) >= due for source, due in self._due(manifest).items())

    def consume(self, manifest: Manifest) -> list[Sample]:
        """Return the tick's samples, arrived at its time, by source and in order."""
        samples = []
        for source, due in self._due(manifest).items():
            for _ in range(due):
                sample = self._held[source].popleft()
                samples.append(sample.arrived(manifest.time_ns))
            self._consumed[source] += due
        return samples


def steady_ns(lockstep: bool) -> tuple[int, int]:
    """Present steady time and its offset to ROS time; both 0 in lockstep, where time is told."""
    now_ns = 0 if lockstep else time.monotonic_ns()
    return now_ns, 0 if lockstep else now_ns - time.time_ns()


def is_heard_by(
    node: Node, publishers: Sequence[Publisher], names: Collection[str], *, recorded: bool
) -> bool:
    """Whether nodes of these names, and the recorder if there is one, hear what ``node`` sends.

    Each side of a connection learns of the other at a time of its own. That a subscription knows
    its publisher does not tell that the publisher knows it, and sends it what is said from now on.

    Args:
        node: who sends.
        publishers: of which each name must hear one at least.
        names: of nodes in the namespace of ``node``: other robots have nodes of these names, too.
        recorded: whether there is a recorder.
    """
    expected = {*names, RECORDER} if recorded else set(names)
    known = {
        entry.node_name
        for publisher in publishers
        for entry in node.get_subscriptions_info_by_topic(publisher.topic_name)
        if entry.node_namespace == node.get_namespace()
    }
    matched = sum(int(publisher.get_subscription_count()) for publisher in publishers)
    return expected <= known and matched >= len(expected)
