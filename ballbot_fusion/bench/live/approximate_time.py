"""Sets of messages of about the same time: what message_filters.ApproximateTimeSynchronizer does.

message_filters is part of ROS 2 and not on PyPI. Where it is installed it is used; elsewhere this,
of the same meaning: each topic has a queue, and whenever a message comes whose time is within the
slop of one message of every other queue, those nearest to it are handed on, and forgotten.
"""

from collections.abc import Callable, Sequence
from typing import Any

from ballbot_fusion.nodes.conversion import nanoseconds


class ApproximateTime:
    """Queues of messages with headers, by topic."""

    def __init__(
        self, topics: int, queue_size: int, slop_s: float, use: Callable[..., None]
    ) -> None:
        """Hand sets of ``topics`` messages to ``use``, in the order of the topics."""
        self._queues: list[dict[int, Any]] = [{} for _ in range(topics)]
        self._size, self._slop_ns, self._use = queue_size, round(slop_s * 1e9), use

    def add(self, topic: int, message: Any) -> None:
        """Take a message of a topic, by its number."""
        time_ns = nanoseconds(message.header.stamp)
        self._queues[topic][time_ns] = message
        while len(self._queues[topic]) > self._size:
            del self._queues[topic][min(self._queues[topic])]
        times = self._nearest(time_ns)
        if times is not None:
            self._use(*(queue.pop(t) for queue, t in zip(self._queues, times, strict=True)))

    def _nearest(self, time_ns: int) -> Sequence[int] | None:
        """Time of the message of each queue that is nearest; None where one is too far."""
        times = []
        for queue in self._queues:
            nearest = min(queue, key=lambda t: abs(t - time_ns), default=None)
            if nearest is None or abs(nearest - time_ns) > self._slop_ns:
                return None
            times.append(nearest)
        return times


def synchronise(
    node: Any, topics: Sequence[tuple[type, str, Any]], queue_size: int, slop_s: float,
    use: Callable[..., None],
) -> str:  # fmt: skip
    """Subscribe (type, topic, QoS) each, hand on sets; return in words who synchronises."""
    try:
        import message_filters
    except ImportError:
        own = ApproximateTime(len(topics), queue_size, slop_s, use)
        for number, (kind, topic, profile) in enumerate(topics):
            node.create_subscription(kind, topic, lambda m, n=number: own.add(n, m), profile)
        return "a synchroniser of the same meaning as message_filters, which is not installed"
    parts = [
        message_filters.Subscriber(node, kind, topic, qos_profile=profile)
        for kind, topic, profile in topics
    ]
    synchroniser = message_filters.ApproximateTimeSynchronizer(parts, queue_size, slop_s)
    synchroniser.registerCallback(use)
    node.bench_synchroniser = synchroniser  # kept for as long as the node
    return "message_filters"
