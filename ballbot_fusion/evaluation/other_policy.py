"""Where, and why, another policy would have answered otherwise than the one that was recorded.

Both are given every recorded tick, each in its own form of it: what the other one would have
brought about is not known. The reason is looked for by hiding one modality after the other from
both: what brings their answers together again is what they make different things of.
"""

from heapq import nlargest
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.evaluation.replay import Replay
from ballbot_fusion.evaluation.replay_outcome import Step
from ballbot_fusion.evaluation.replay_policies import FindPolicy
from ballbot_fusion.recording.bag_reader import Bag

APART_NS = 250_000_000
"""Of several ticks within this time the one with the largest difference is told."""
COLUMNS = ("tick", "time_s", "apart", "action", "other_action", "masked", "because_of")


class _Place(NamedTuple):
    """A tick at which the answers differ."""

    apart: float
    step: Step
    other: Step
    memories: tuple[tuple[float, ...], tuple[float, ...]]


class Comparison:
    """Two policies on one recording."""

    def __init__(self, bag: Bag, find_policy: FindPolicy, other: PolicyRuntime) -> None:
        """Compare the policy that was recorded in ``bag`` with ``other``."""
        self._other, self._bag = other, bag
        self._first = Replay(bag, find_policy)
        self._second = Replay(Bag(bag.files), find_policy, forced=other)

    def run(self, most: int) -> dict[str, Any]:
        """Go through the recording; return figures and the ``most`` largest differences."""
        apart: list[float] = []
        places = _Largest(most)
        begin_ns, before = None, self._memories()
        for step, other in zip(self._first.steps(), self._second.steps(), strict=False):
            if step.record.number != other.record.number:
                raise ValueError(
                    f"tick {step.record.number} of one policy meets {other.record.number} of the "
                    "other: the recording has gaps. Compare on one without."
                )
            begin_ns = step.record.now_ns if begin_ns is None else begin_ns
            distance = float(np.abs(step.output.action - other.output.action).max())
            apart.append(distance)
            places.add(_Place(distance, step, other, before))
            before = self._memories()
        return {
            "ticks": len(apart),
            "policy": self._first.contract.policy,
            "other": self._other.metadata.name,
            "same_answer": sum(distance == 0.0 for distance in apart),
            "apart_mean": float(np.mean(apart)) if apart else None,
            "apart_p99": float(np.percentile(apart, 99)) if apart else None,
            "apart_max": max(apart, default=None),
            "largest": [
                self._told(place, begin_ns or 0) for place in places.places() if place.apart
            ],
        }

    def _memories(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        runtime = self._first.runtime
        return (() if runtime is None else runtime.memory), self._other.memory

    def _told(self, place: _Place, begin_ns: int) -> dict[str, Any]:
        step, spec = place.step, self._first.spec
        masked = [
            f"{key} ({reason.name})"
            for key, reason in zip(spec.keys if spec else (), step.result.reasons, strict=False)
            if reason
        ]
        return {
            "tick": step.record.number,
            "time_s": round((step.record.now_ns - begin_ns) * 1e-9, 3),
            "apart": place.apart,
            "action": [round(v, 4) for v in step.output.action.tolist()],
            "other_action": [round(v, 4) for v in place.other.output.action.tolist()],
            "masked": ", ".join(masked),
            "because_of": self._reason(place),
        }

    def _reason(self, place: _Place) -> str:
        """Name the modality that, hidden from both, brings them together most."""
        runtime = self._first.runtime
        if runtime is None:
            return ""
        best, least = "", place.apart
        for key in runtime.spec.keys:
            hidden = (
                _without(runtime, place.step, key, place.memories[0]),
                _without(self._other, place.other, key, place.memories[1]),
            )
            distance = float(np.abs(hidden[0] - hidden[1]).max())
            if distance < least:
                best, least = key, distance
        return f"{best} (hidden: {least:.3g} apart)" if best else "several together"


def _without(
    runtime: PolicyRuntime, step: Step, key: str, memory: tuple[float, ...]
) -> NDArray[np.float32]:
    """Answer a tick with one modality hidden; the runtime is left as it was."""
    mask = step.result.mask.copy()
    keys = runtime.spec.keys
    if key in keys:
        mask[keys.index(key)] = 0.0
    before = runtime.memory
    runtime.recall(memory)
    action = runtime.act(step.result.observation, mask).action
    runtime.recall(before)
    return action


class _Largest:
    """The largest of each quarter of a second, and no more of these than will be told.

    A place holds two observations with their images: all of an hour would not fit in memory.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._closed: list[_Place] = []
        self._open: list[_Place] = []
        """One at most: that of the present quarter of a second."""

    def add(self, place: _Place) -> None:
        """Take in a tick, after those before it."""
        now_ns = place.step.record.now_ns
        if self._open and now_ns - self._open[0].step.record.now_ns < APART_NS:
            if place.apart > self._open[0].apart:
                self._open = [place]
            return
        self._closed, self._open = self.places(), [place]

    def places(self) -> list[_Place]:
        """Return them, the largest first."""
        return nlargest(self._most, [*self._closed, *self._open], key=lambda place: place.apart)
