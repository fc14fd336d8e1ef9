"""Reads recordings, whole or damaged: everything that can be read is, and what cannot is told."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from mcap.exceptions import EndOfFile, McapError
from mcap.reader import SeekingReader
from mcap.records import Attachment, Channel, Chunk, Metadata, Schema
from mcap.records import Message as Record
from mcap.stream_reader import StreamReader, breakup_chunk

from ballbot_fusion.recording.bag_file import Message, Topic

BROKEN = (McapError, ValueError, struct.error, RuntimeError, EOFError, KeyError, OverflowError)
"""What reading damaged bytes raises, decompression and decoding of text included."""


class NotARecordingError(ValueError):
    """There is nothing to read. The text says where, and what was expected."""


class Defect(NamedTuple):
    """Something that could not be read."""

    file: str
    where: int
    """Byte of the file from which on."""
    what: str

    def __str__(self) -> str:
        return f"{self.file}, byte {self.where}: {self.what}"


@dataclass
class Bag:
    """A recording: one file, or a folder of parts. ``messages`` fills in the rest."""

    files: list[Path]
    defects: list[Defect] = field(default_factory=list)
    described: dict[str, dict[str, str]] = field(default_factory=dict)
    """Records of text values by name, the last of each."""
    attachments: dict[str, bytes] = field(default_factory=dict)
    profile: str = ""
    schemas: dict[str, str] = field(default_factory=dict)
    """Schema text by message type."""
    ended: dict[str, bool] = field(default_factory=dict)
    """Whether each file has a proper end."""

    def messages(self) -> Iterator[Message]:
        """Return all messages in the order in which they were written; damaged chunks are left out.

        Whatever is wrong with a file goes to ``defects``; nothing is raised but OSError.
        """
        self.defects.clear()
        for path in self.files:
            yield from self._of_file(path)

    def topics(self) -> set[Topic]:
        """Return all topics: by the files' indices, and of a file without one by reading it."""
        return {topic for path in self.files for topic in _indexed(path) or self._met(path)}

    def _met(self, path: Path) -> set[Topic]:
        return {message.topic for message in self._of_file(path)}

    def read(self) -> list[Message]:
        """Return all messages at once."""
        return list(self.messages())

    def _of_file(self, path: Path) -> Iterator[Message]:
        self.ended[path.name] = False
        with path.open("rb") as stream:
            reader = StreamReader(stream, emit_chunks=True, record_size_limit=path.stat().st_size)
            records = iter(reader.records)
            topics: dict[int, Topic] = {}
            names: dict[int, str] = {}
            where = 0
            while True:
                try:
                    record = next(records, None)
                except BROKEN as error:
                    cut = isinstance(error, EndOfFile) or not stream.read(1)
                    what = "is cut off here" if cut else f"cannot be read on ({_said(error)})"
                    self._defect(path, where, f"the file {what}")
                    return
                if record is None:
                    self.ended[path.name] = True
                    return
                begin, where = where, stream.tell()
                if isinstance(record, Chunk):
                    try:
                        inside = breakup_chunk(record, validate_crc=True)
                    except BROKEN as error:
                        self._defect(path, begin, f"a chunk is damaged ({_said(error)})")
                        continue
                    for entry in inside:
                        yield from self._taken(entry, topics, names)
                else:
                    yield from self._taken(record, topics, names)

    def _taken(
        self, record: Any, topics: dict[int, Topic], names: dict[int, str]
    ) -> Iterator[Message]:
        if isinstance(record, Record):
            topic = topics.get(record.channel_id)
            if topic is not None:
                yield Message(
                    topic, record.data, record.log_time, record.publish_time, record.sequence
                )
        elif isinstance(record, Schema):
            names[record.id] = record.name
            self.schemas[record.name] = record.data.decode("utf-8", "replace")
        elif isinstance(record, Channel):
            topics[record.id] = _topic(record, names.get(record.schema_id, ""))
        elif isinstance(record, Metadata):
            self.described[record.name] = dict(record.metadata)
        elif isinstance(record, Attachment):
            self.attachments[record.name] = record.data
        elif hasattr(record, "profile"):
            self.profile = record.profile

    def _defect(self, path: Path, where: int, what: str) -> None:
        self.defects.append(Defect(path.name, where, what))


def _topic(channel: Channel, kind: str) -> Topic:
    return Topic(channel.topic, kind, channel.metadata.get("offered_qos_profiles", ""))


def _indexed(path: Path) -> set[Topic]:
    """Topics by the index at the end of a file; empty where there is none."""
    with path.open("rb") as stream:
        try:
            summary = SeekingReader(stream, record_size_limit=path.stat().st_size).get_summary()
            if summary is None:
                return set()
            kinds = summary.schemas
            return {
                _topic(entry, kinds[entry.schema_id].name) for entry in summary.channels.values()
            }
        except (*BROKEN, OSError):  # a file shorter than what it should end with, too
            return set()


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".rstrip(": ")


def _number(path: Path) -> tuple[int, str]:
    """Sort PREFIX_10 behind PREFIX_9."""
    tail = path.stem.rsplit("_", 1)[-1]
    return (int(tail) if tail.isdigit() else 0, path.name)


def open_bag(path: Path | str) -> Bag:
    """Open a file, or a folder with the parts of one recording.

    Raises:
        NotARecordingError: there is none.
    """
    path = Path(path)
    if path.is_file():
        return Bag([path])
    files = sorted(path.glob("*.mcap"), key=_number)
    if files:
        return Bag(files)
    inside = sorted(entry.name for entry in path.glob("*/") if any(entry.glob("*.mcap")))
    hint = f" It has the recordings {', '.join(inside[-5:])}." if inside else ""
    raise NotARecordingError(
        f"{path} is no recording, expected an .mcap file or a folder with the parts of one.{hint}"
    )
