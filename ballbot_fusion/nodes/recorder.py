"""The recorder: everything that the nodes say, to MCAP, from which `ballbot replay` runs again."""

import hashlib
import json
import platform
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from diagnostic_msgs.msg import DiagnosticStatus
from rclpy.qos import DurabilityPolicy
from sensor_msgs.msg import Image
from std_msgs.msg import String

from ballbot_fusion.core.robot import load_robot
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.nodes import qos
from ballbot_fusion.nodes.hearing import Hearing
from ballbot_fusion.nodes.intake import RawIntake
from ballbot_fusion.nodes.lifecycle import BallbotNode
from ballbot_fusion.nodes.lockstep import READY, RECORDER
from ballbot_fusion.nodes.process import run
from ballbot_fusion.nodes.recorded_topics import Recorded, recorded_topics
from ballbot_fusion.nodes.recorder_settings import RecorderSettings
from ballbot_fusion.nodes.tick_trace import package_version
from ballbot_fusion.recording import cdr
from ballbot_fusion.recording.bag_file import Message, Topic
from ballbot_fusion.recording.bag_writer import BagWriter
from ballbot_fusion.recording.contract import TOPIC as CONTRACT
from ballbot_fusion.recording.contract import TRACE, Contract

TURN_S = 0.05
"""Topics are looked at this often: seconds of each may wait in the middleware."""
TRACE_TURN_S = 0.002
"""The same in lockstep, in which the simulation is as fast as its listeners."""
LAST_WORDS_S = 1.0
"""For so long it hears others end, s: a launch ends all at once, and each speaks until it has."""
SILENCE_S = 0.2
"""Nobody speaks any more when nothing came for so long, s."""
LARGEST_POLICY = 64 << 20
"""Policy files beyond this many bytes are named by their hash alone."""
MOST_SPEAKERS = 64
"""Nodes whose parameters begin every further part of a recording."""
MOST_CONTRACTS = 32
"""Files are looked for so often in one recording: whoever sends nonsense must not fill it."""


class _Stream:
    """One topic on its way into the recording."""

    def __init__(self, node: "Recorder", recorded: Recorded) -> None:
        self.recorded = recorded
        self.intake = RawIntake(node, recorded.kind, recorded.topic, recorded.profile)
        module, _, _ = recorded.kind.__module__.partition(".msg")
        name = self.intake.subscription.topic_name
        self.topic = Topic(name, f"{module}/msg/{recorded.kind.__name__}")
        self.lost = 0

    def messages(self) -> list[Message]:
        """Return what arrived."""
        return [
            Message(self.topic, data, received_ns, sent_ns, sequence)
            for data, sent_ns, received_ns, sequence in self.intake.take()
        ]

    def newly_lost(self) -> int:
        """How many messages the middleware lost since the last call."""
        new, self.lost = self.intake.lost - self.lost, self.intake.lost
        return new


class Recorder(BallbotNode[RecorderSettings]):
    """Listens to everything, as bytes; decodes nothing but what it must know itself."""

    model = RecorderSettings
    given = BallbotNode.given | {"directory"}
    spectates = True

    def __init__(self) -> None:
        """Declare parameters."""
        super().__init__(RECORDER)
        self._writer: BagWriter | None = None
        self._latched: dict[str, Message] = {}
        """What latched topics said last: they say it once, and each recording needs it."""

    def configure(self) -> None:
        """Subscribe; the file is made when recording begins.

        Raises:
            ValueError: no folder is given.
        """
        settings = self.settings
        if not settings.directory:
            raise ValueError("directory is empty: give the folder for recordings.")
        robot = load_robot(settings.robot)
        lockstep, stamped = settings.lockstep, settings.stamped_command
        topics = list(recorded_topics(robot, lockstep=lockstep, stamped_command=stamped))
        first = [entry for entry in topics if lockstep or entry.topic != TRACE]
        self._streams = [_Stream(self, recorded) for recorded in first]
        self._later = [entry for entry in topics if entry not in first]
        self._ready = qos.publisher(self, String, READY, qos.LATCHED) if lockstep else None
        self._is_ready = False

    def start(self) -> None:
        """Begin a recording in a folder of its own."""
        self._end()
        self._skip()
        self._have_said_again()
        place = Path(self.settings.directory).expanduser()
        self._writer = BagWriter(_new_folder(place), self.settings.limits, self._header())
        self._heard: set[bytes] = set()
        self._speakers: set[str] = set()
        self._ends_s = time.monotonic() + (self.settings.duration_s or float("inf"))
        self._hearing = Hearing(time.monotonic())
        self._turn_s = TRACE_TURN_S if self.settings.lockstep else TURN_S
        for message in self._latched.values():
            fresh = message._replace(log_ns=time.time_ns())
            self._put(self._writer, fresh, latched=message.topic.name)
        self.get_logger().info(f"recording to {self._writer.folder}")

    def _header(self) -> dict[str, str]:
        settings = self.settings.model_dump_json()
        return {
            "version": package_version(),
            "machine": platform.machine(),
            "python": platform.python_version(),
            "began": datetime.now().astimezone().isoformat(timespec="milliseconds"),
            "recorder": settings,
        }

    def work(self) -> None:
        """Take what arrived to the writer, then wait for more."""
        if self._ready is not None and not self._is_ready:
            self._say_ready(self._ready)
        began_s = time.monotonic()
        self.done = self.done or began_s >= self._ends_s
        # Lockstep itself waits until all hear each other; elsewhere the trace begins when they do.
        if self._later and self._hearing.is_settled(began_s, hears_all=self._hears_all):
            self.ask_for_trace()
        self._record()
        time.sleep(max(self._turn_s - (time.monotonic() - began_s), 0.001))

    def ask_for_trace(self) -> None:
        """Listen to the trace, too, which refers to what all others say."""
        self._streams += [_Stream(self, recorded) for recorded in self._later]
        self._later = []

    def _leave_trace(self) -> None:
        """Hear it no more: it is written for who listens, and begins with a state for who is new.

        In lockstep the simulation waits for every listener that it began with.
        """
        if self.settings.lockstep:
            return
        for stream in [entry for entry in self._streams if entry.recorded.topic == TRACE]:
            self.destroy_subscription(stream.intake.subscription)
            self._streams.remove(stream)
            self._later.append(stream.recorded)

    def _skip(self) -> None:
        """Leave out what came while nothing was recorded, but for what is said only once.

        It would stand in the recording as if it had been said in it, and what the middleware had no
        room for would count as lost.
        """
        for stream in self._streams:
            latched, durability = stream.recorded.latched, stream.recorded.profile.durability
            if not latched and durability is not DurabilityPolicy.VOLATILE:
                continue
            for message in stream.messages():
                if latched:
                    self._latched[stream.topic.name] = message
            stream.newly_lost()

    def _have_said_again(self) -> None:
        """Hear anew what another recording has: the middleware tells whoever is new the last word
        of every node that lives.
        """
        for place, stream in enumerate(self._streams):
            if stream.recorded.by_several and stream.intake.received:
                self.destroy_subscription(stream.intake.subscription)
                self._streams[place] = _Stream(self, stream.recorded)

    def _record(self, *, last: bool = False) -> bool:
        """Take what arrived to the writer; say whether anything did.

        The ``last`` time, in the middle of a run, the trace comes first: what the ticks in it were
        made of had arrived before, and none may lack it.
        """
        writer = self._writer
        if writer is None:
            return False
        heard = False
        for stream in self._streams[::-1] if last else self._streams:
            for message in stream.messages():
                heard = True
                if stream.recorded.latched:
                    self._latched[stream.topic.name] = message
                self._put(writer, message, latched=self._latched_by(stream.recorded, message))
            if lost := stream.newly_lost():
                writer.count_lost(stream.topic.name, lost)
        return heard

    def _hear_last_words(self) -> None:
        """Record until nobody speaks: what inference heard last must be there for replay, too."""
        told_s = heard_s = time.monotonic()
        while (now_s := time.monotonic()) - heard_s < SILENCE_S and now_s - told_s < LAST_WORDS_S:
            if self._record():
                heard_s = now_s
            time.sleep(TRACE_TURN_S)

    def _latched_by(self, recorded: Recorded, message: Message) -> str:
        """By what name a message begins every further part; empty: it does not."""
        topic = message.topic.name
        if recorded.latched:
            return topic
        speaker = _speaker(message.data) if recorded.by_several else ""
        if not speaker or (speaker not in self._speakers and len(self._speakers) >= MOST_SPEAKERS):
            return ""
        self._speakers.add(speaker)
        return f"{topic} {speaker}"

    def _put(self, writer: BagWriter, message: Message, *, latched: str) -> None:
        writer.put(message, latched=latched)
        if message.topic.name.endswith("/" + CONTRACT):
            self._hear(writer, message.data)

    @property
    def _hears_all(self) -> bool:
        # A robot may lack a camera; in lockstep, all that there are have been promised.
        counted = [s for s in self._streams if s.recorded.counted]
        awaited = [s for s in counted if self.settings.lockstep or s.recorded.kind is not Image]
        return all(stream.intake.publishers for stream in awaited)

    def _say_ready(self, publisher: Any) -> None:
        if self._hears_all:
            publisher.publish(String(data=RECORDER))
            self._is_ready = True

    def _hear(self, writer: BagWriter, data: bytes) -> None:
        """Put the policy that drives, and its robot, beside the messages."""
        if data in self._heard or len(self._heard) >= MOST_CONTRACTS:
            return
        self._heard.add(data)
        try:
            contract = Contract.model_validate_json(cdr.string(data))
            content = _policy_file(contract)
        except (ValueError, OSError) as error:
            self.get_logger().warning(f"The policy's file is not in the recording: {error}")
            return
        sha256 = contract.policy_sha256
        writer.describe("ballbot_fusion/policy", {"name": contract.policy, "sha256": sha256})
        writer.attach(f"policy/{sha256}.onnx", "application/octet-stream", content)
        writer.attach("robot.json", "application/json", contract.robot.model_dump_json().encode())

    def stop(self) -> None:
        """End the recording."""
        self._end()
        self._leave_trace()

    def finish(self) -> None:
        """End the recording: at once when its time is over, else when nobody speaks any more."""
        if self._writer is not None and time.monotonic() < self._ends_s:
            self._hear_last_words()
        self._end()

    def _end(self) -> None:
        self._record(last=True)
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()
            lost = sum(writer.lost.values())
            self.get_logger().info(
                f"recorded {writer.messages} messages, {writer.bytes / 1e6:.1f} MB, {lost} lost: "
                f"{writer.folder}"
            )

    def report(self) -> tuple[bytes, str, Mapping[str, Any]]:
        """Where it is written, how much, and what was lost."""
        writer = self._writer
        if writer is None:
            return DiagnosticStatus.WARN, "not recording", {}
        lost = {topic: number for topic, number in sorted(writer.lost.items()) if number}
        values = {
            "path": writer.path,
            "bytes": writer.written_bytes,
            "received": sum(stream.intake.received for stream in self._streams),
            "queued_bytes": writer.queued_bytes,
            "lost": sum(lost.values()),
            **{f"lost {topic}": number for topic, number in lost.items()},
        }
        if writer.trouble:
            return DiagnosticStatus.ERROR, writer.trouble, values
        if lost:
            return DiagnosticStatus.WARN, f"{sum(lost.values())} messages lost", values
        return DiagnosticStatus.OK, "recording", values


def _speaker(data: bytes) -> str:
    """Return the node that says its parameters; empty where it is not told."""
    try:
        said = json.loads(cdr.string(data))
    except (ValueError, RecursionError):  # the latter of a text that is nested without end
        return ""
    node = said.get("node") if isinstance(said, dict) else None
    return node if isinstance(node, str) else ""


def _policy_file(contract: Contract) -> bytes:
    """Return the policy that a contract names; raises ValueError or OSError where that fails."""
    path = policy_path(contract.policy)
    if not path.is_file() or path.stat().st_size > LARGEST_POLICY:
        raise ValueError(f"{contract.policy!r} is no file of {LARGEST_POLICY >> 20} MB at most")
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != contract.policy_sha256:
        raise ValueError(
            f"{contract.policy!r} has the hash {found[:12]}, {contract.policy_sha256[:12]} drives"
        )
    return content


def _new_folder(place: Path) -> Path:
    """Name a folder after now that does not exist yet."""
    name = datetime.now().strftime("%Y-%m-%d_%H-%M-%S")
    folder, number = place / name, 1
    while folder.exists():
        number += 1
        folder = place / f"{name}_{number}"
    return folder


def main() -> None:
    """Run the recorder."""
    run(Recorder)
