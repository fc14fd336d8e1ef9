"""metadata.yaml of a folder of parts, with which rosbag2 takes them as one recording."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from ballbot_fusion.recording.bag_file import Topic

FILE = "metadata.yaml"
VERSION = 5
"""The newest that every rosbag2 since Humble reads."""


class Part(NamedTuple):
    """One finished file."""

    name: str
    first_ns: int
    last_ns: int
    messages: int
    counts: Mapping[Topic, int]


def document(parts: Sequence[Part]) -> dict[str, Any]:
    """Return what rosbag2 wants to know of ``parts``."""
    used = [part for part in parts if part.messages]
    first_ns = min((part.first_ns for part in used), default=0)
    last_ns = max((part.last_ns for part in used), default=0)
    counts: dict[Topic, int] = {}
    for part in parts:
        for topic, number in part.counts.items():
            counts[topic] = counts.get(topic, 0) + number
    topics = [
        {
            "topic_metadata": {
                "name": topic.name,
                "type": topic.type,
                "serialization_format": "cdr",
                "offered_qos_profiles": topic.qos,
            },
            "message_count": number,
        }
        for topic, number in counts.items()
    ]
    files = [
        {"path": part.name, **_times(part.first_ns, part.last_ns), "message_count": part.messages}
        for part in parts
    ]
    whole = {
        "version": VERSION,
        "storage_identifier": "mcap",
        **_times(first_ns, last_ns),
        "message_count": sum(part.messages for part in parts),
        "topics_with_message_count": topics,
        "compression_format": "",
        "compression_mode": "",
        "relative_file_paths": [part.name for part in parts],
        "files": files,
    }
    return {"rosbag2_bagfile_information": whole}


def _times(first_ns: int, last_ns: int) -> dict[str, Any]:
    return {
        "duration": {"nanoseconds": last_ns - first_ns},
        "starting_time": {"nanoseconds_since_epoch": first_ns},
    }


def write(folder: Path, parts: Sequence[Part]) -> None:
    """Write it; where the disk is full the parts have to do without."""
    # JSON is YAML, and quotes every name.
    text = json.dumps(document(parts), indent=2)
    unfinished = folder / f"{FILE}.partial"
    with suppress(OSError):
        unfinished.write_text(text + "\n", encoding="utf-8")
        unfinished.replace(folder / FILE)
