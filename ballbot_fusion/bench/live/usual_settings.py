"""Queue and slop of the usual way: tried, and the best taken, for it shall lose by its nature."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ballbot_fusion.bench.live.loads import USUAL, Contest
from ballbot_fusion.bench.live.segment import Stage, segment
from ballbot_fusion.evaluation.results import Row, at_most


@dataclass(frozen=True)
class Queue:
    """Messages of a topic that wait for others, and how far apart they may be, s."""

    size: int
    slop_s: float

    def of(self, contest: Contest) -> Contest:
        """Give a contest this queue."""
        return replace(contest, queue_size=self.size, slop_s=self.slop_s)

    @property
    def words(self) -> str:
        """For readers."""
        return (
            f"The usual way synchronises with queues of {self.size} and a slop of "
            f"{1e3 * self.slop_s:g} ms, the best of those tried."
        )


QUEUES = (Queue(100, 0.005), Queue(10, 0.02), Queue(30, 0.002), Queue(100, 0.05))
"""From a queue that holds all that comes while an image is on its way to what tutorials have."""


def best(stage: Stage, queues: Sequence[Queue]) -> tuple[Queue, list[Row]]:
    """Return the queue with the youngest information, and the rows of those that were tried.

    One that hands on nothing at all is no row.
    """
    if len(queues) == 1:
        return queues[0], []
    tried = []
    for number, queue in enumerate(queues):
        case = f"{USUAL}, queue {queue.size}, slop {1e3 * queue.slop_s:g} ms"
        try:
            found, _ = segment(queue.of(Contest(USUAL)), stage, f"queue_{number}")
        except RuntimeError:
            continue
        age = found["information_age_ms"]
        tried.append((queue, at_most(case, "information_age_ms", [age], None)))
    if not tried:
        return queues[0], []
    chosen = min(tried, key=lambda pair: pair[1].value)[0]
    return chosen, [row for _, row in tried]
