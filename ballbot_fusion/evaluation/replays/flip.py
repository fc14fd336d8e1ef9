"""One bit of one IMU message of a recording, turned: replay must tell at which tick."""

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from ballbot_fusion.core import trace
from ballbot_fusion.core.samples import Source
from ballbot_fusion.core.trace import Consumed, TraceRecord
from ballbot_fusion.recording import cdr
from ballbot_fusion.recording.bag_file import Message
from ballbot_fusion.recording.bag_reader import Bag
from ballbot_fusion.recording.contract import Contract

ENCAPSULATION = 4
"""Bytes before a message's content, which say how it is written."""
PART = (0.4, 0.9)
"""Between which parts of a recording the bit is turned: under a fault, or after it."""
Moment = tuple[int, int]
"""Number and time [ns] of a tick: the number alone begins anew with each process."""


@dataclass(frozen=True)
class Flip:
    """Which bit is turned, and where that must show."""

    place: int
    """Of the message in the recording."""
    bit: int
    """Of the message's data."""
    sample: Consumed
    moment: Moment

    def __call__(self, place: int, message: Message) -> Message:
        """Change the message in question; see ``recording.copying``."""
        if place != self.place:
            return message
        data = bytearray(message.data)
        data[self.bit // 8] ^= 1 << self.bit % 8
        return message._replace(data=bytes(data))


def traced(bag: Bag, contract: Contract) -> list[TraceRecord]:
    """Return all ticks of a recording in order; what is no record is left out."""
    found = []
    for message in bag.messages():
        if message.topic.name == contract.trace_topic:
            try:
                record = trace.decode(cdr.float_array(message.data))
            except ValueError:
                continue  # replay has a remark about it
            if not record.is_beginning:
                found.append(record)
    return found


def chosen_flip(
    bag: Bag,
    contract: Contract,
    records: Sequence[TraceRecord],
    identical: Set[Moment],
    seed: int,
) -> Flip | None:
    """Draw a bit by ``seed``; None where no tick can show it.

    The sample is one of which the recording has a single copy: where a driver sent it twice, the
    other one is as good.

    Args:
        bag: the recording.
        contract: what it was ticked by.
        records: its ticks, as ``traced`` returns them.
        identical: ticks that replay to the bit as it is.
        seed: of the draw.
    """
    topic = contract.topics[Source.IMU.name]
    heard = [
        (place, message.data)
        for place, message in enumerate(bag.messages())
        if message.topic.name == topic
    ]
    copies = Counter(crc32(data) for _, data in heard)
    places = {crc32(data): (place, len(data)) for place, data in heard}
    rng = np.random.default_rng(seed)
    for record in records[int(len(records) * rng.uniform(*PART)) :]:
        moment = (record.number, record.now_ns)
        for sample in record.consumed if moment in identical else ():
            if sample.source is Source.IMU and copies[sample.checksum] == 1:
                place, size = places[sample.checksum]
                bit = int(rng.integers(8 * ENCAPSULATION, 8 * size))
                return Flip(place, bit, sample, moment)
    return None
