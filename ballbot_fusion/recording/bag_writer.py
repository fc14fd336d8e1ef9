"""Writes a recording beside the program that hears the messages: bounded, split, never in its way.

A folder holds the parts of one recording, PREFIX_0.mcap and so on, each complete by itself, and
metadata.yaml, with which ``ros2 bag`` takes them as one.
"""

import shutil
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ballbot_fusion.recording import bag_metadata
from ballbot_fusion.recording.bag_file import BagFile, Message
from ballbot_fusion.recording.schemas import SchemaError

TURN_S = 0.05
"""The thread looks this often for something to write."""
RETRY_S = 5.0
"""After a failure, a new part is tried this often."""
HEADER = "ballbot_fusion"
"""Name of the record of text values that begins every part."""
LOSSES = "ballbot_fusion/losses"
"""Name of the record that ends every part: what was lost until then, by topic."""


class RecordingError(OSError):
    """A recording cannot begin. The text says what, where, and what to do."""


@dataclass(frozen=True)
class Limits:
    """What a recording may take."""

    queue_bytes: int = 64 << 20
    """Memory of what waits to be written; what comes beyond it is lost, and counted."""
    split_bytes: int = 1 << 30
    """A part ends at this size."""
    keep_free_bytes: int = 1 << 30
    """Recording pauses while the disk has less room than this."""
    flush_s: float = 0.5
    """At most this much of what was written is lost in a crash."""
    compression: str = "none"
    """none, lz4 or zstd."""
    sync: bool = True
    """Wait until the disk has it: a crash of the whole machine loses no more than one of ours."""


@dataclass
class Extras:
    """What every part of a recording begins with."""

    header: Mapping[str, str] = field(default_factory=dict)
    attachments: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    """Media type and content by name."""
    described: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """Further records of text values."""


class BagWriter:
    """Takes messages from one thread and writes them in another.

    What is lost, and why, is in ``lost``: nothing is lost without being counted.
    """

    def __init__(
        self, folder: Path, limits: Limits, header: Mapping[str, str],
        free: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free,
    ) -> None:  # fmt: skip
        """Make ``folder`` and begin to write there.

        Raises:
            RecordingError: nothing can be written there.
        """
        self.folder, self._limits, self._free = folder, limits, free
        self._queue: deque[Message] = deque()
        self._asked: deque[Callable[[], None]] = deque()
        self._lock = threading.Lock()
        self.queued_bytes = 0
        self.lost: Counter[str] = Counter()
        """Messages by topic that are not in the recording."""
        self.trouble = ""
        """Why nothing is written at the moment; empty: all is well."""
        self._extras = Extras(header)
        self._latched: dict[str, Message] = {}
        self._part: BagFile | None = None
        self._parts: list[bag_metadata.Part] = []
        self._retry_s = 0.0
        self.messages = self.bytes = 0
        """Written so far, in parts that are finished."""
        try:
            folder.mkdir(parents=True)
            self._begin()
        except OSError as error:
            raise RecordingError(
                f"Cannot record to {folder}: {error.strerror or error}. Give a folder in which "
                "files can be made."
            ) from error
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    # --- for the thread that hears ---

    def put(self, message: Message, *, latched: str = "") -> bool:
        """Have a message written; False when there is no room for it, and it is lost.

        The last message that is ``latched`` by a name also begins every further part; empty: none.
        """
        size = len(message.data)
        with self._lock:
            if self.queued_bytes + size > self._limits.queue_bytes:
                self.lost[message.topic.name] += 1
                return False
            self.queued_bytes += size
            self._queue.append(message)
            if latched:
                self._latched[latched] = message
        return True

    def attach(self, name: str, media_type: str, data: bytes) -> None:
        """Put a file into this part and all that follow; once by name."""

        def do() -> None:
            if name not in self._extras.attachments:
                self._extras.attachments[name] = (media_type, data)
                self._open().attach(name, media_type, data, time.time_ns())

        self._asked.append(do)

    def describe(self, name: str, values: Mapping[str, str]) -> None:
        """Put text values into this part and all that follow."""

        def do() -> None:
            self._extras.described[name] = dict(values)
            self._open().describe(name, values)

        self._asked.append(do)

    def count_lost(self, topic: str, number: int) -> None:
        """Count messages that did not even arrive."""
        with self._lock:
            self.lost[topic] += number

    def close(self) -> None:
        """Write everything that waits, and end."""
        self._ending.set()
        self._thread.join()

    @property
    def path(self) -> Path:
        """The part that is written now, or was last."""
        return self._path(max(self._number - 1, 0))

    @property
    def written_bytes(self) -> int:
        """Bytes on the disk, in all parts."""
        part = self._part
        return self.bytes + (0 if part is None else part.size)

    # --- the thread that writes ---

    _number = 0

    def _path(self, number: int) -> Path:
        return self.folder / f"{self.folder.name}_{number}.mcap"

    def _open(self) -> BagFile:
        if self._part is None:
            raise OSError("no part is open")
        return self._part

    def _begin(self) -> None:
        limits = self._limits
        if (free := self._free(self.folder)) < limits.keep_free_bytes:
            raise OSError(
                f"{free >> 20} MB are free on the disk, {limits.keep_free_bytes >> 20} MB are to "
                "stay free. Make room, or lower keep_free_mb"
            )
        path = self._path(self._number)
        self._number += 1
        self._part = part = BagFile(path, compression=limits.compression, sync=limits.sync)
        part.describe(HEADER, {**self._extras.header, "part": str(self._number - 1)})
        for name, values in self._extras.described.items():
            part.describe(name, values)
        for name, (media_type, data) in self._extras.attachments.items():
            part.attach(name, media_type, data, time.time_ns())
        with self._lock:
            repeated = list(self._latched.values()) if self._number > 1 else []
        for message in repeated:
            part.add(message)
        part.flush()
        self._flushed_s = time.monotonic()
        self.trouble = ""

    def _run(self) -> None:
        while not self._ending.wait(TURN_S):
            self._turn()
        self._turn()
        self._end_part()

    def _turn(self) -> None:
        try:
            if self._part is None:
                self._retry()
            self._write()
            self._look_after()
        except OSError as error:
            self._fail(error.strerror or str(error))
        # Of any kind: a recording that has ended must say so.
        except Exception as error:
            self._fail(f"{type(error).__name__}: {error}")

    def _retry(self) -> None:
        now = time.monotonic()
        if now < self._retry_s:
            return
        self._retry_s = now + RETRY_S
        self._begin()

    def _write(self) -> None:
        while self._asked and self._part is not None:
            self._asked.popleft()()
        while self._queue:
            with self._lock:
                message = self._queue.popleft()
                self.queued_bytes -= len(message.data)
            if self._part is None:
                self.count_lost(message.topic.name, 1)
                continue
            try:
                self._part.add(message)
            except SchemaError as error:
                self.trouble = str(error)
                self.count_lost(message.topic.name, 1)
            except OSError:
                self.count_lost(message.topic.name, 1)
                raise

    def _look_after(self) -> None:
        """Flush, split, and pause before the disk is full."""
        part, now = self._part, time.monotonic()
        if part is None or now - self._flushed_s < self._limits.flush_s:
            return
        part.flush()
        self._flushed_s = now
        if self._free(self.folder) < self._limits.keep_free_bytes:
            self._end_part()
            self._fail(
                f"the disk has less than {self._limits.keep_free_bytes >> 20} MB of free room"
            )
        elif part.size >= self._limits.split_bytes:
            self._end_part()
            self._begin()

    def _fail(self, why: str) -> None:
        self.trouble = f"nothing is recorded: {why}"
        self._retry_s = time.monotonic() + RETRY_S
        if (part := self._part) is None:
            return
        self._part = None
        for topic, number in part.salvage().items():
            self.count_lost(topic, number)
        self._close_part(part)

    def _end_part(self) -> None:
        part = self._part
        if part is None:
            return
        try:
            with self._lock:
                lost = {topic: str(number) for topic, number in sorted(self.lost.items())}
            part.describe(LOSSES, lost)
            part.finish()
        except OSError as error:
            self._fail(error.strerror or str(error))
            return
        self._part = None
        self._close_part(part)

    def _close_part(self, part: BagFile) -> None:
        self.messages += part.messages
        with suppress(OSError):  # the folder may be gone
            self.bytes += part.path.stat().st_size
        self._parts.append(
            bag_metadata.Part(
                part.path.name, part.first_ns, part.last_ns, part.messages, part.counts
            )
        )
        bag_metadata.write(self.folder, self._parts)
