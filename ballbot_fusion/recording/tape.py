"""The samples of a recording, found by what a trace says of them."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from zlib import crc32

from ballbot_fusion.core.samples import InstructionSample, Sample, Source
from ballbot_fusion.core.synchronizer import CAMERAS
from ballbot_fusion.core.trace import Consumed
from ballbot_fusion.recording.bag_file import Message
from ballbot_fusion.recording.cdr import readers, string
from ballbot_fusion.recording.contract import Contract

KEPT_NS = 20_000_000_000
"""Samples are kept this long behind the newest one, ns of the recording: memory is bounded."""
KEPT_FRAMES = 8
"""Frames of each camera are kept at least: one that fails is remembered longer."""
Encode = Callable[[str], InstructionSample]
"""Makes the sample of what was said."""
Key = tuple[Source, int, int]
"""Source, stamp (0 of what is stamped when it arrives), content hash."""


def _key(sample: Sample | Consumed) -> Key:
    told = sample.source in (Source.COMMAND, Source.INSTRUCTION)
    return sample.source, 0 if told else sample.stamp_ns, sample.content_hash


class Tape:
    """Takes a recording's messages in; gives the samples that were made of them."""

    def __init__(self, contract: Contract, encode: Encode) -> None:
        """Read what ``contract`` names; ``encode`` is called where words were listened to."""
        kinds = tuple(camera.kind for camera in contract.robot.cameras)
        by_source = readers(kinds, stamped_command=contract.stamped_command)
        self._reads = {
            contract.topics[source.name]: read
            for source, read in by_source.items()
            if source.name in contract.topics
        }
        self._encode = encode
        self._words = contract.topics.get(Source.INSTRUCTION.name, "")
        self._samples: dict[Key, tuple[Sample, int]] = {}
        self._told: Counter[Key] = Counter()
        """How often a command is in the recording that no tick has used yet."""
        self._evicted_ns = 0
        self._texts = [""]
        """What was said and not yet looked for; silence takes back what was said before."""

    def add(self, message: Message) -> None:
        """Take a message in; one that is no sample is none here either."""
        try:
            sample = self._sample(message)
        except ValueError:
            return  # the nodes refuse it just so
        if sample is None:
            return
        key = _key(sample)
        self._samples[key] = (sample, message.log_ns)
        if sample.source is Source.COMMAND:
            self._told[key] += 1
        if message.log_ns - self._evicted_ns > KEPT_NS:
            self._evict(message.log_ns)

    def _sample(self, message: Message) -> Sample | None:
        if message.topic.name == self._words:
            self._texts.append(string(message.data))
            return None
        read = self._reads.get(message.topic.name)
        return None if read is None else read(message.data)

    def _evict(self, now_ns: int) -> None:
        self._evicted_ns = now_ns
        newest: dict[Source, list[int]] = {source: [] for source in CAMERAS}
        for sample, log_ns in self._samples.values():
            if sample.source in newest:
                newest[sample.source].append(log_ns)
        last = {source: sorted(times)[-KEPT_FRAMES:] for source, times in newest.items()}
        self._samples = {
            key: (sample, log_ns)
            for key, (sample, log_ns) in self._samples.items()
            if now_ns - log_ns < KEPT_NS
            or sample.source is Source.INSTRUCTION
            or log_ns >= min(last.get(sample.source, ()), default=now_ns)
        }
        self._told = Counter({key: n for key, n in self._told.items() if key in self._samples})

    def find(self, wanted: Consumed) -> Sample | None:
        """Return the sample that was consumed, as it arrived then; None when it is not there."""
        if wanted.source is Source.INSTRUCTION:
            self._listen()
        entry = self._samples.get(_key(wanted))
        if entry is None:
            return None
        # A bit that nobody senses, such as one of a covariance: yet another message.
        if wanted.checksum and crc32(entry[0].wire) != wanted.checksum:
            return None
        found = replace(entry[0], stamp_ns=wanted.stamp_ns, arrival_ns=wanted.arrival_ns)
        return found.read_from(entry[0].wire)

    def _listen(self) -> None:
        """Put what was said into numbers, now that somebody asks."""
        while self._texts:
            said = self._encode(self._texts.pop())
            self._samples[_key(said)] = (said, 0)

    def take(self, wanted: Consumed) -> Sample | None:
        """As ``find``; each command is there only as often as it was recorded."""
        if wanted.source is Source.COMMAND:
            key = _key(wanted)
            if not self._told[key]:
                return None
            self._told[key] -= 1
        return self.find(wanted)
