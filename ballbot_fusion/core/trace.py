"""One tick in one list of numbers: what was consumed, believed and answered.

Layout, all doubles: tick time [s, ns]; then five counts (samples, modalities, observation values,
actions, reserved); per sample source, stamp and arrival relative to the tick [ns] and content hash
(48 bits); per modality mask and reason; the observation without images; the action. Everything is
exact: relative times and hashes stay below 2^53.
"""

from collections.abc import Sequence
from typing import NamedTuple

from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.samples import Sample, Source
from ballbot_fusion.core.spec import Observation, ObservationSpec
from ballbot_fusion.core.tick import Tick

_SECOND = 1_000_000_000
_HEAD = 7


class Consumed(NamedTuple):
    """A sample as the trace knows it; times in ns relative to the tick (steady; stamps as sent)."""

    source: Source
    stamp_ns: int
    arrival_ns: int
    content_hash: int


class TraceRecord(NamedTuple):
    """One decoded tick."""

    now_ns: int
    consumed: tuple[Consumed, ...]
    mask: tuple[bool, ...]
    reasons: tuple[Reason, ...]
    observation: tuple[float, ...]
    """Vector modalities in the spec's order."""
    action: tuple[float, ...]


def vectors_of(spec: ObservationSpec, observation: Observation) -> list[float]:
    """All vector modalities in one list, in the spec's order."""
    return [value for entry in spec.vectors for value in observation[entry.key].tolist()]


def encode(
    spec: ObservationSpec, samples: Sequence[Sample], result: Tick, action: Sequence[float]
) -> list[float]:
    """Write a tick down. Stamps are relative to the tick's steady time, as they were sent."""
    now_ns = result.state.now_ns
    vectors = vectors_of(spec, result.observation)
    record = [
        float(now_ns // _SECOND), float(now_ns % _SECOND),
        float(len(samples)), float(len(spec)), float(len(vectors)), float(len(action)), 0.0,
    ]  # fmt: skip
    for sample in samples:
        stamp, arrival = sample.stamp_ns - now_ns, sample.arrival_ns - now_ns
        record += (float(sample.source), float(stamp), float(arrival), float(sample.content_hash))
    for trusted, reason in zip(result.mask.tolist(), result.reasons, strict=True):
        record += (trusted, float(reason))
    record += vectors
    record += [float(value) for value in action]
    return record


def decode(record: Sequence[float]) -> TraceRecord:
    """Read what ``encode`` wrote; raises ValueError when the length does not fit the counts."""
    if len(record) < _HEAD:
        raise ValueError(f"A trace record has at least {_HEAD} numbers, found {len(record)}.")
    seconds, nanos, samples, modalities, values, actions, _ = map(int, record[:_HEAD])
    stops = [_HEAD, 4 * samples, 2 * modalities, values, actions]
    expected = sum(stops)
    if len(record) != expected:
        raise ValueError(
            f"A trace record of {expected} numbers was announced, found {len(record)}."
        )
    at = _HEAD + 4 * samples
    rows = [record[start : start + 4] for start in range(_HEAD, at, 4)]
    judged = record[at : at + 2 * modalities]
    at += 2 * modalities
    return TraceRecord(
        seconds * _SECOND + nanos,
        tuple(Consumed(Source(int(a)), int(b), int(c), int(d)) for a, b, c, d in rows),
        tuple(value > 0.5 for value in judged[0::2]),
        tuple(Reason(int(value)) for value in judged[1::2]),
        tuple(record[at : at + values]),
        tuple(record[at + values : at + values + actions]),
    )
