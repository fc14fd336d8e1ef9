"""A recording written again, message by message, some of them otherwise."""

import time
from collections.abc import Callable
from pathlib import Path

from ballbot_fusion.recording.bag_file import Message
from ballbot_fusion.recording.bag_reader import Bag
from ballbot_fusion.recording.bag_writer import BagWriter, Limits

Change = Callable[[int, Message], Message | None]
"""What becomes of a message, by its place in the recording; None: it is left out."""
LIMITS = Limits(keep_free_bytes=0, sync=False)
WAITING = LIMITS.queue_bytes // 2
"""So many bytes may wait to be written."""
ANY = "application/octet-stream"
"""Readers do not keep the kind of an attachment."""


def copied(bag: Bag, folder: Path, change: Change) -> Path:
    """Write ``bag``, with its attachments, to ``folder``, which must not exist yet; return it.

    Raises:
        RecordingError: nothing can be written there.
        OSError: the disk is full, or ``bag`` cannot be read.
    """
    writer, attached = BagWriter(folder, LIMITS, {}), set[str]()
    try:
        for place, message in enumerate(bag.messages()):
            for name in bag.attachments.keys() - attached:
                writer.attach(name, ANY, bag.attachments[name])
                attached.add(name)
            if (new := change(place, message)) is not None:
                while writer.queued_bytes > WAITING:
                    time.sleep(0.01)
                writer.put(new)
    finally:
        writer.close()
    if writer.trouble or any(writer.lost.values()):
        raise OSError(f"The copy in {folder} is not whole: {writer.trouble or writer.lost}.")
    return folder
