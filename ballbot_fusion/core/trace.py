"""One tick in one list of numbers: what was consumed, believed and answered.

Layout, all doubles; every time is two numbers, seconds and nanoseconds, so that all are exact:

    head         format, number of the tick, tick time (2), policy (48 bits of its file's hash),
                 then how many: samples, modalities, values, images, actions, numbers of the
                 snapshot
    samples      of each: source, stamp as sent (2), arrival (2), content hash (48 bits), checksum
                 of the whole message (CRC-32; 0: not known)
    mask         of each modality: 0 or 1, reason code
    observation  the vector modalities in the spec's order
    images       of each image that changed: its place in the spec, content hash (48 bits)
    action       what the policy answered
    snapshot     the core's state after the tick (core/snapshot.py), once in a while

A record without modalities is a beginning: no tick, but the state before the tick of the next
number. Tick and arrival are steady time, stamps are the sensor's.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import NamedTuple
from zlib import crc32

import numpy as np

from ballbot_fusion.core.numbers import NumberReader, time_numbers
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.samples import HASH_BITS, Sample, Source
from ballbot_fusion.core.spec import Observation, ObservationSpec
from ballbot_fusion.core.tick import Tick

FORMAT = 2
"""First number of every record; raise it when the layout changes."""
_HEAD, _COUNTS = 11, 5
_PER_SAMPLE, _PER_MODALITY, _PER_IMAGE = 7, 2, 2


class Consumed(NamedTuple):
    """A sample as the trace knows it, enough to find it in a recording; times in ns."""

    source: Source
    stamp_ns: int
    arrival_ns: int
    content_hash: int
    checksum: int = 0
    """CRC-32 of the whole message, where it is known."""

    @classmethod
    def of(cls, sample: Sample) -> "Consumed":
        """Refer to ``sample``."""
        times = (sample.stamp_ns, sample.arrival_ns)
        return cls(sample.source, *times, sample.content_hash, crc32(sample.wire))


class TraceRecord(NamedTuple):
    """One decoded tick."""

    number: int
    """Of the tick since its node began; a number that is missing is a record that was lost."""
    now_ns: int
    """Steady time of the tick."""
    policy: int
    """See ``policy_number``."""
    consumed: tuple[Consumed, ...]
    mask: tuple[bool, ...]
    reasons: tuple[Reason, ...]
    observation: tuple[float, ...]
    """Vector modalities in the spec's order."""
    images: tuple[tuple[int, int], ...]
    """Place in the spec and content hash of each image that changed."""
    action: tuple[float, ...]
    snapshot: tuple[float, ...] = ()
    """For core/snapshot.py; empty in most ticks."""

    @property
    def is_beginning(self) -> bool:
        """Whether it is no tick, but the state before the next one."""
        return not self.mask


def policy_number(sha256: str) -> int:
    """Return the first 48 bits of a policy file's hash: exact in a double."""
    return int(sha256[: HASH_BITS // 4], 16)


def vectors_of(spec: ObservationSpec, observation: Observation) -> list[float]:
    """All vector modalities in one list, in the spec's order."""
    return [value for entry in spec.vectors for value in observation[entry.key].ravel().tolist()]


def images_of(spec: ObservationSpec, result: Tick) -> list[tuple[int, int]]:
    """Place in ``spec`` and content hash of each image that changed with a tick."""
    return [
        (place, _hash_of(result.observation[entry.key]))
        for place, entry in enumerate(spec)
        if entry.key in result.fresh
    ]


def _hash_of(image: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]") -> int:
    digest = blake2b(np.ascontiguousarray(image).data.cast("B"), digest_size=HASH_BITS // 8)
    return int.from_bytes(digest.digest(), "little")


def reference_numbers(consumed: Consumed) -> tuple[float, ...]:
    """Write a reference to a sample as seven numbers."""
    source, stamp_ns, arrival_ns, content_hash, checksum = consumed
    times = (*time_numbers(stamp_ns), *time_numbers(arrival_ns))
    return (float(source), *times, float(content_hash), float(checksum))


def read_reference(reader: NumberReader) -> Consumed:
    """Read what ``reference_numbers`` wrote."""
    source, stamp_ns, arrival_ns = Source(reader.integer()), reader.time(), reader.time()
    return Consumed(source, stamp_ns, arrival_ns, reader.integer(), reader.integer())


def encode(
    spec: ObservationSpec,
    samples: Sequence[Sample],
    result: Tick,
    action: Sequence[float],
    snapshot: Sequence[float] = (),
    *,
    number: int = 0,
    policy: int = 0,
) -> list[float]:
    """Write a tick down: ``samples`` went in, ``result`` and ``action`` came out."""
    vectors, images = vectors_of(spec, result.observation), images_of(spec, result)
    counts = (len(samples), len(spec), len(vectors), len(images), len(action), len(snapshot))
    record = _head(number, result.state.now_ns, policy, counts)
    for sample in samples:
        record += reference_numbers(Consumed.of(sample))
    for trusted, reason in zip(result.mask.tolist(), result.reasons, strict=True):
        record += (trusted, float(reason))
    record += vectors
    for place, image_hash in images:
        record += (float(place), float(image_hash))
    record += map(float, action)
    record += snapshot
    return record


def beginning(snapshot: Sequence[float], now_ns: int, number: int, policy: int) -> list[float]:
    """Write the state down that the tick of the next number starts from."""
    return [*_head(number, now_ns, policy, (0, 0, 0, 0, 0, len(snapshot))), *snapshot]


def _head(number: int, now_ns: int, policy: int, counts: Sequence[int]) -> list[float]:
    first = (float(FORMAT), float(number), *time_numbers(now_ns), float(policy))
    return [*first, *map(float, counts)]


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
    number, now_ns, policy = reader.integer(), reader.time(), reader.integer()
    samples, modalities, values, images, actions, numbers = (reader.count() for _ in range(6))
    consumed = tuple(read_reference(reader) for _ in range(samples))
    judged = [(reader.integer(), reader.integer()) for _ in range(modalities)]
    decoded = TraceRecord(
        number,
        now_ns,
        policy,
        consumed,
        tuple(bool(trusted) for trusted, _ in judged),
        tuple(Reason(reason) for _, reason in judged),
        reader.floats(values),
        tuple((reader.integer(), reader.integer()) for _ in range(images)),
        reader.floats(actions),
        reader.floats(numbers),
    )
    reader.finish()
    return decoded


def stripped(record: Sequence[float]) -> list[float]:
    """Return a record without what came out of its tick: observation, images and action."""
    sizes = dict(sections(record))
    begin = _HEAD + sizes["samples"] + sizes["mask"]
    end = begin + sizes["observation"] + sizes["images"] + sizes["action"]
    counts = (*record[_COUNTS : _COUNTS + 2], 0.0, 0.0, 0.0, record[_HEAD - 1])
    return [*record[:_COUNTS], *counts, *record[_HEAD:begin], *record[end:]]


def sections(record: Sequence[float]) -> tuple[tuple[str, int], ...]:
    """Names and lengths of a record's parts in order, for the labels of the message's layout."""
    samples, modalities, values, images, actions, numbers = map(int, record[_COUNTS:_HEAD])
    return (
        ("head", _HEAD),
        ("samples", _PER_SAMPLE * samples),
        ("mask", _PER_MODALITY * modalities),
        ("observation", values),
        ("images", _PER_IMAGE * images),
        ("action", actions),
        ("snapshot", numbers),
    )
