"""What a policy observed in a recording, tick by tick, gathered in bounded memory."""

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.familiarity import Familiarity
from ballbot_fusion.core.frame_stack import STACKS, frame_shape
from ballbot_fusion.core.glance import STREAMS
from ballbot_fusion.core.spec import Modality, Observation, ObservationSpec
from ballbot_fusion.core.trace import vectors_of
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.evaluation.fusion.samples import RecordedSamples, joined
from ballbot_fusion.evaluation.replay import Replay
from ballbot_fusion.evaluation.replay_outcome import Step

Array = NDArray[np.float32]
MOST_SAMPLES = 400
"""Whole observations that are kept, evenly spread; a policy is asked about each many times."""


class InspectionError(ValueError):
    """A recording cannot be looked at. The text says why, and what to do."""


@dataclass
class Pixels:
    """Sums over the pixels of a camera's trusted frames."""

    count: int = 0
    total: float = 0.0
    squares: float = 0.0
    low: float = float("inf")
    high: float = float("-inf")
    ends: int = 0
    """Pixels at either end of the range."""

    def add(self, image: Array, entry: Modality) -> None:
        """Take a frame in."""
        values = image.astype(np.float64)
        self.count += values.size
        self.total += float(values.sum())
        self.squares += float((values * values).sum())
        self.low, self.high = (
            min(self.low, float(values.min())),
            max(self.high, float(values.max())),
        )
        self.ends += int(((values <= entry.low) | (values >= entry.high)).sum())


@dataclass
class Observed:
    """Every tick's numbers, and some whole observations."""

    spec: ObservationSpec
    _times: array = field(default_factory=lambda: array("q"))
    _reasons: bytearray = field(default_factory=bytearray)
    _vectors: array = field(default_factory=lambda: array("f"))
    _ages: array = field(default_factory=lambda: array("f"))
    images: dict[str, Pixels] = field(default_factory=dict)
    unfamiliar: int = 0
    """Ticks at which the policy says nothing, as the state is far outside of its training."""
    _kept: list[tuple[int, Observation, Array]] = field(default_factory=list)
    _stride: int = 1

    def __len__(self) -> int:
        """Count the ticks."""
        return len(self._times)

    def add(self, step: Step, defect: str) -> None:
        """Take a tick in; ``defect`` is what familiarity said of it."""
        result, place = step.result, len(self._times)
        self._times.append(step.record.now_ns)
        self._reasons.extend(int(reason) for reason in result.reasons)
        self._vectors.extend(vectors_of(self.spec, result.observation))
        channels = result.state.sync.channels
        self._ages.extend(
            (result.state.now_ns - channels[source].taken_ns) * 1e-9
            if channels[source].sample
            else float("nan")
            for source in STREAMS
        )
        self.unfamiliar += bool(defect)
        for entry, trusted in zip(self.spec, result.mask.tolist(), strict=True):
            if entry.key in result.fresh and trusted:
                pixels = self.images.setdefault(entry.key, Pixels())
                pixels.add(result.observation[entry.key], entry)
        if place % self._stride == 0:
            self._keep(place, result.observation, result.mask)

    def _keep(self, place: int, observation: Observation, mask: Array) -> None:
        kept = {key: value.copy() for key, value in observation.items()}
        self._kept.append((place, kept, mask.copy()))
        if len(self._kept) > MOST_SAMPLES:
            self._kept, self._stride = self._kept[::2], 2 * self._stride

    @property
    def times_s(self) -> NDArray[np.float64]:
        """Seconds of each tick since the first (T,)."""
        times = np.array(self._times, np.int64)
        return (times - times[0]) * 1e-9

    @property
    def reasons(self) -> NDArray[np.uint8]:
        """Reason codes (T, modalities); 0: trusted."""
        return np.frombuffer(bytes(self._reasons), np.uint8).reshape(len(self), -1)

    @property
    def ages_s(self) -> Array:
        """Age of the newest sample (T, streams), by ``core.glance.STREAMS``; NaN: none yet."""
        return np.array(self._ages, np.float32).reshape(len(self), -1)

    def vectors(self) -> dict[str, Array]:
        """Values of each vector modality (T, size)."""
        table = np.array(self._vectors, np.float32).reshape(len(self), -1)
        ends = np.cumsum([entry.size for entry in self.spec.vectors])
        parts = np.split(table, ends[:-1], axis=1)
        return {entry.key: part for entry, part in zip(self.spec.vectors, parts, strict=True)}

    def samples(self, windows: int) -> RecordedSamples:
        """Return the whole observations; their "episodes" are ``windows`` equal spans of time."""
        places = [place for place, _, _ in self._kept]
        times = self.times_s
        span = max(float(times[-1]), 1e-9)
        window = np.minimum((times[places] / span * windows).astype(np.int64), windows - 1)
        found = joined(
            [([_single(entry) for _, entry, _ in self._kept], [m for _, _, m in self._kept])], {}
        )
        return RecordedSamples(found.values, found.mask, window, {})

    def sampled_s(self) -> NDArray[np.float64]:
        """Times of ``samples``, s."""
        return self.times_s[[place for place, _, _ in self._kept]]


def _single(observation: Observation) -> Observation:
    """Keep the newest frame of a stack under the key of single frames, as samples have it."""
    return {
        STACKS.get(key, key): value[: frame_shape(key, value.shape)[0]]
        for key, value in observation.items()
    }


def observe(
    replay: Replay, each: Callable[[], None] = lambda: None
) -> tuple[Observed, PolicyRuntime]:
    """Replay a recording; return what was observed, and the policy that answered last.

    Raises:
        InspectionError: no tick of it can be replayed.
    """
    found: Observed | None = None
    runtime: PolicyRuntime | None = None
    for step in replay.steps():
        if replay.runtime is not runtime:
            if found is not None and replay.spec != found.spec:
                raise InspectionError(
                    "Two policies with different observations drove in this recording. Say with "
                    "--policy which one to ask."
                )
            runtime = replay.runtime
            assert runtime is not None
            familiarity = Familiarity(runtime.spec, runtime.metadata.statistics)
            found = found or Observed(runtime.spec)
        assert found is not None
        found.add(step, familiarity.defect(step.result.observation, step.result.mask))
        each()
    if found is None or runtime is None:
        first = replay.outcome.differences[:1]
        why = first[0].why if first else "it has no ticks (inference/trace)"
        raise InspectionError(f"No tick of this recording can be replayed: {why}.")
    return found, runtime
