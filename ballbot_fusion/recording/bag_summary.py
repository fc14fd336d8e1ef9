"""What a recording holds and what is missing from it, in plain data."""

from dataclasses import dataclass, field
from typing import Any

from ballbot_fusion.recording.bag_file import Message, Topic
from ballbot_fusion.recording.bag_reader import Bag
from ballbot_fusion.recording.bag_writer import HEADER, LOSSES


@dataclass
class TopicSummary:
    """One topic of a recording."""

    topic: Topic
    messages: int = 0
    bytes: int = 0
    first_ns: int = 0
    last_ns: int = 0
    missing: int = 0
    """Messages left out according to the numbers that their publisher gave them."""
    _sequence: int = field(default=0, repr=False)

    def add(self, message: Message) -> None:
        """Count a message."""
        log_ns = message.log_ns
        self.first_ns = min(self.first_ns, log_ns) if self.messages else log_ns
        self.last_ns = max(self.last_ns, log_ns)
        self.messages += 1
        self.bytes += len(message.data)
        # Where several publish, or one begins anew, numbers go back: no gap can be told then.
        before, self._sequence = self._sequence, message.sequence
        if before and message.sequence > before:
            self.missing += message.sequence - before - 1

    @property
    def rate_hz(self) -> float | None:
        """Messages a second; None when there are not two."""
        span_ns = self.last_ns - self.first_ns
        return (self.messages - 1) * 1e9 / span_ns if span_ns > 0 else None

    def row(self) -> dict[str, Any]:
        """Return it as plain data."""
        rate = self.rate_hz
        return {
            "topic": self.topic.name,
            "type": self.topic.type,
            "messages": self.messages,
            "rate_hz": None if rate is None else round(rate, 1),
            "bytes": self.bytes,
        }


SEVERAL = ("/diagnostics", "/parameter_events", "/rosout", "parameters_in_force")
"""Ends of topics on which every node publishes: their numbers belong to different publishers."""


def summary_of(bag: Bag) -> dict[str, Any]:
    """Read a whole recording; return what is in it and what is wrong with it."""
    topics: dict[str, TopicSummary] = {}
    for message in bag.messages():
        topics.setdefault(message.topic.name, TopicSummary(message.topic)).add(message)
    used = [entry for entry in topics.values() if entry.messages]
    first_ns = min((entry.first_ns for entry in used), default=0)
    last_ns = max((entry.last_ns for entry in used), default=0)
    lost = {name: int(number) for name, number in bag.described.get(LOSSES, {}).items()}
    missing = {
        entry.topic.name: entry.missing
        for entry in used
        if entry.missing and not entry.topic.name.endswith(SEVERAL)
    }
    return {
        "files": [path.name for path in bag.files],
        "bytes": sum(path.stat().st_size for path in bag.files),
        "profile": bag.profile,
        "began_ns": first_ns,
        "duration_s": round((last_ns - first_ns) * 1e-9, 3),
        "messages": sum(entry.messages for entry in used),
        "header": bag.described.get(HEADER, {}),
        "policy": bag.described.get(f"{HEADER}/policy", {}),
        "attachments": {name: len(data) for name, data in bag.attachments.items()},
        "topics": [topics[name].row() for name in sorted(topics)],
        "lost": {name: number for name, number in lost.items() if number},
        "missing": missing,
        "not_ended": [name for name, ended in bag.ended.items() if not ended],
        "defects": [str(defect) for defect in bag.defects],
    }


def problems_of(summary: dict[str, Any]) -> list[str]:
    """Say what is wrong with a recording, one line each; nothing when all is well."""
    found = [f"damaged: {defect}" for defect in summary["defects"]]
    found += [
        f"lost while recording: {number} of {topic}" for topic, number in summary["lost"].items()
    ]
    found += [
        f"missing by their numbers: {number} of {topic}"
        for topic, number in summary["missing"].items()
        if number > summary["lost"].get(topic, 0)
    ]
    if not summary["messages"]:
        found.append("empty: no message can be read")
    return found
