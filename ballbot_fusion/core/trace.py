"""One tick in one list of numbers: what was consumed, believed and answered.

Layout, all doubles; every time is two numbers, seconds and nanoseconds, so that all are exact:

    head         format, tick time (2), then how many: samples, modalities, values, actions,
                 numbers of the snapshot
    samples      of each: source, stamp as sent (2), arrival (2), content hash (48 bits)
    mask         of each modality: 0 or 1, reason code
    observation  the vector modalities in the spec's order, without the images
    action       what the policy answered
    snapshot     the core's state after the tick (core/snapshot.py), once in a while

Tick and arrival are steady time, stamps are the sensor's.
"""

from collections.abc import Sequence
from typing import NamedTuple

from ballbot_fusion.core.numbers import NumberReader, time_numbers
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.samples import Sample, Source
from ballbot_fusion.core.spec import Observation, ObservationSpec
from ballbot_fusion.core.tick import Tick

FORMAT = 1
"""First number of every record; raise it when the layout changes."""
_HEAD, _PER_SAMPLE, _PER_MODALITY = 8, 6, 2


class Consumed(NamedTuple):
    """A sample as the trace knows it, enough to find it in a recording; times in ns."""

    source: Source
    stamp_ns: int
    arrival_ns: int
    content_hash: int

    @classmethod
    def of(cls, sample: Sample) -> "Consumed":
        """Refer to ``sample``."""
        return cls(sample.source, sample.stamp_ns, sample.arrival_ns, sample.content_hash)


class TraceRecord(NamedTuple):
    """One decoded tick."""

    now_ns: int
    """Steady time of the tick."""
    consumed: tuple[Consumed, ...]
    mask: tuple[bool, ...]
    reasons: tuple[Reason, ...]
    observation: tuple[float, ...]
    """Vector modalities in the spec's order."""
    action: tuple[float, ...]
    snapshot: tuple[float, ...] = ()
    """For core/snapshot.py; empty in most ticks."""


def vectors_of(spec: ObservationSpec, observation: Observation) -> list[float]:
    """All vector modalities in one list, in the spec's order."""
    return [value for entry in spec.vectors for value in observation[entry.key].ravel().tolist()]


def reference_numbers(consumed: Consumed) -> tuple[float, ...]:
    """Write a reference to a sample as six numbers."""
    source, stamp_ns, arrival_ns, content_hash = consumed
    times = (*time_numbers(stamp_ns), *time_numbers(arrival_ns))
    return (float(source), *times, float(content_hash))


def read_reference(reader: NumberReader) -> Consumed:
    """Read what ``reference_numbers`` wrote."""
    return Consumed(Source(reader.integer()), reader.time(), reader.time(), reader.integer())


def encode(
    spec: ObservationSpec,
    samples: Sequence[Sample],
    result: Tick,
    action: Sequence[float],
    snapshot: Sequence[float] = (),
) -> list[float]:
    """Write a tick down: ``samples`` went in, ``result`` and ``action`` came out."""
    vectors = vectors_of(spec, result.observation)
    counts = (len(samples), len(spec), len(vectors), len(action), len(snapshot))
    record = [float(FORMAT), *time_numbers(result.state.now_ns), *map(float, counts)]
    for sample in samples:
        record += reference_numbers(Consumed.of(sample))
    for trusted, reason in zip(result.mask.tolist(), result.reasons, strict=True):
        record += (trusted, float(reason))
    record += vectors
    record += map(float, action)
    record += snapshot
    return record


def decode(record: Sequence[float]) -> TraceRecord:
    """Read what ``encode`` wrote.

    Raises:
        ValueError: the numbers are not a trace record of this format.
    """
    reader = NumberReader(record, "The trace record")
    if (found := reader.integer()) != FORMAT:
        raise ValueError(
            f"The trace record has format {found}, expected {FORMAT}. Replay it with the version "
            "of ballbot_fusion that recorded it."
        )
    now_ns = reader.time()
    samples, modalities, values, actions, numbers = (reader.count() for _ in range(5))
    consumed = tuple(read_reference(reader) for _ in range(samples))
    judged = [(reader.integer(), reader.integer()) for _ in range(modalities)]
    decoded = TraceRecord(
        now_ns,
        consumed,
        tuple(bool(trusted) for trusted, _ in judged),
        tuple(Reason(reason) for _, reason in judged),
        reader.floats(values),
        reader.floats(actions),
        reader.floats(numbers),
    )
    reader.finish()
    return decoded


def sections(record: Sequence[float]) -> tuple[tuple[str, int], ...]:
    """Names and lengths of a record's parts in order, for the labels of the message's layout."""
    samples, modalities, values, actions, numbers = map(int, record[3:_HEAD])
    return (
        ("head", _HEAD),
        ("samples", _PER_SAMPLE * samples),
        ("mask", _PER_MODALITY * modalities),
        ("observation", values),
        ("action", actions),
        ("snapshot", numbers),
    )
