"""One MCAP file while it is written: whole at every flush, whatever happens after it."""

import os
from collections import Counter
from collections.abc import Mapping
from io import FileIO
from pathlib import Path
from typing import NamedTuple

from mcap.data_stream import RecordBuilder
from mcap.records import DataEnd, Footer
from mcap.writer import MCAP0_MAGIC, CompressionType, Writer

from ballbot_fusion.recording.schemas import schema_of

PROFILE, ENCODING, SCHEMA_ENCODING = "ros2", "cdr", "ros2msg"
"""As rosbag2's own MCAP files have them."""
LIBRARY = "ballbot_fusion"
COMPRESSION = {
    "none": CompressionType.NONE,
    "lz4": CompressionType.LZ4,
    "zstd": CompressionType.ZSTD,
}


class Topic(NamedTuple):
    """A stream of messages of one type."""

    name: str
    """With its leading slash."""
    type: str
    """``package/msg/Type``."""
    qos: str = ""
    """What its publishers offer, as rosbag2 writes it (YAML); empty: not known."""


class Message(NamedTuple):
    """A serialised message; times in ns of the system's clock."""

    topic: Topic
    data: bytes
    log_ns: int
    """When it was received."""
    publish_ns: int
    """When it was sent."""
    sequence: int = 0


class BagFile:
    """Writes messages to a new file.

    Raises:
        OSError: from every method, when the disk is full or gone. Then call ``salvage``.
    """

    def __init__(
        self, path: Path, *, compression: str = "none", chunk_bytes: int = 1 << 20,
        sync: bool = True,
    ) -> None:  # fmt: skip
        """Create ``path``, which must not exist yet.

        With ``sync`` what was flushed survives a crash of the machine, not only of the process.
        """
        self.path, self._sync = path, sync
        self._stream = FileIO(path, "xb")
        self._whole = 0
        self._channels: dict[str, int] = {}
        self._schemas: dict[str, int] = {}
        self._writer = Writer(
            _All(self._stream), chunk_size=chunk_bytes, compression=COMPRESSION[compression]
        )
        self.messages = 0
        self.first_ns = self.last_ns = 0
        self.counts: Counter[Topic] = Counter()
        """Messages by topic."""
        self._pending: Counter[Topic] = Counter()
        """Of these, since the last flush."""
        self._writer.start(PROFILE, LIBRARY)

    @property
    def size(self) -> int:
        """Bytes on the disk."""
        return self._stream.tell()

    def describe(self, name: str, values: Mapping[str, str]) -> None:
        """Write a record of text values, for people and programs."""
        self._writer.add_metadata(name, dict(values))

    def attach(self, name: str, media_type: str, data: bytes, time_ns: int) -> None:
        """Write a whole file into this one."""
        self._writer.add_attachment(time_ns, time_ns, name, media_type, data)

    def add(self, message: Message) -> None:
        """Write a message; it is on the disk after the next ``flush``."""
        topic, data, log_ns, publish_ns, sequence = message
        channel = self._channels.get(topic.name)
        if channel is None:
            channel = self._channel(topic)
        self._writer.add_message(channel, log_ns, data, publish_ns, sequence & 0xFFFFFFFF)
        # Topics are written one after the other: the first message need not be the earliest.
        self.first_ns = min(self.first_ns, log_ns) if self.messages else log_ns
        self.last_ns = max(self.last_ns, log_ns)
        self.messages += 1
        self.counts[topic] += 1
        self._pending[topic] += 1

    def _channel(self, topic: Topic) -> int:
        if topic.type not in self._schemas:
            text = schema_of(topic.type).encode()
            self._schemas[topic.type] = self._writer.register_schema(
                topic.type, SCHEMA_ENCODING, text
            )
        channel = self._writer.register_channel(
            topic.name, ENCODING, self._schemas[topic.type], {"offered_qos_profiles": topic.qos}
        )
        self._channels[topic.name] = channel
        return channel

    def flush(self) -> None:
        """End the chunk that was begun; from here on all that was written survives a crash."""
        self._writer.flush()
        if self._sync:
            os.fdatasync(self._stream.fileno())
        self._whole = self._stream.tell()
        self._pending.clear()

    def finish(self) -> None:
        """Write the index and close."""
        self.flush()
        self._writer.finish()
        if self._sync:
            os.fsync(self._stream.fileno())
        self._stream.close()

    def salvage(self) -> Counter[str]:
        """Cut off what was not written whole, close; return what that costs, by topic.

        Where there is room for sixty bytes, the file gets an end, and is a valid one without index.
        """
        lost = Counter({topic.name: number for topic, number in self._pending.items()})
        self.counts -= self._pending
        self.messages -= lost.total()
        try:
            self._stream.truncate(self._whole)
            self._stream.seek(self._whole)
            end = RecordBuilder()
            DataEnd(0).write(end)
            Footer(summary_start=0, summary_offset_start=0, summary_crc=0).write(end)
            self._stream.write(end.end() + MCAP0_MAGIC)
        except OSError:
            pass  # readers take a file without an end for what it is: cut off here
        finally:
            self._stream.close()
        return lost


class _All:
    """A file of which ``write`` writes everything, or raises."""

    def __init__(self, stream: FileIO) -> None:
        self._stream = stream

    def write(self, data: bytes) -> int:
        view = memoryview(data)
        while view:
            # Near its limit a file takes a part of what it is given, and refuses the rest.
            view = view[self._stream.write(view) or 0 :]
        return len(data)

    def tell(self) -> int:
        return self._stream.tell()

    def flush(self) -> None:
        """Nothing is held back."""
