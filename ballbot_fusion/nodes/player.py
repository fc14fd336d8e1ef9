"""Plays a recording to the nodes, at the pace at which it was recorded.

Only what the robot's drivers, its operator and its safety said is played: what inference makes of
that, it says itself. Stamps are moved to now. At the end it is told how far the commands are from
those that were recorded; bit for bit that is asked by `ballbot replay`, for a clock never gives
two runs the same ticks.
"""

import json
import time
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from diagnostic_msgs.msg import DiagnosticStatus
from pydantic import Field
from rclpy.publisher import Publisher
from sensor_msgs.msg import JointState

from ballbot_fusion.core.samples import Source
from ballbot_fusion.core.topic_names import info_topic
from ballbot_fusion.nodes import qos
from ballbot_fusion.nodes.intake import RawIntake
from ballbot_fusion.nodes.lifecycle import BallbotNode, NodeSettings
from ballbot_fusion.nodes.process import run
from ballbot_fusion.recording import wire
from ballbot_fusion.recording.bag_file import Message, Topic
from ballbot_fusion.recording.bag_reader import open_bag
from ballbot_fusion.recording.contract import Contract
from ballbot_fusion.recording.nearness import Nearness, in_words
from ballbot_fusion.recording.playback import STAMPS_END_NS, in_time, played, stamp_ns, with_stamp

ENDS = (
    "/imu/data", "/joint_states", "/image_rect_raw", "/image_raw", "/camera_info",
    "/motor_commands", "/cmd_vel", "/instruction", "/e_stop", "/ground_truth/odom",
)  # fmt: skip
"""Ends of the topics that are played, of the namespace in which it was recorded; those that the
contract names are, too."""
IMU, STATE = "/imu/data", "/safety/state"
POLICY_COMMAND = "policy_command"
AWAITED_S = 30.0
"""So long a listener is waited for."""
SETTLES_S = 1.0
"""So long after inference was met the recording begins: not everybody is met at once."""
TURN_NS, LAST_S = 20_000_000, 0.5
"""The loop's turn, and how long the last commands are waited for."""


class PlayerSettings(NodeSettings):
    """Parameters of the player."""

    bag: str = ""
    """The recording: an .mcap file, or the folder of one. Needed."""
    rate: float = Field(1.0, gt=0.0, le=10.0)
    """Times as fast as it was recorded; commands can be compared at 1 only."""
    summary: str = ""
    """File for the figures at the end (JSON)."""


class Player(BallbotNode[PlayerSettings]):
    """Publishes what was recorded, and hears what is made of it."""

    model = PlayerSettings
    given = BallbotNode.given | {"bag"}
    _imu = IMU
    """Topic of the IMU; the recording's contract may name another."""

    def __init__(self) -> None:
        """Declare parameters."""
        super().__init__("player")

    def configure(self) -> None:
        """Open the recording; announce its topics.

        Raises:
            NotARecordingError: there is none.
            PlaybackError: it cannot be played.
        """
        bag = open_bag(Path(self.settings.bag).expanduser())
        contract = played(bag).contract
        self._imu = contract.topics.get(Source.IMU.name, IMU)
        # Of the whole recording: whoever drives may begin to late in it.
        topics = bag.topics()
        self._out = {t.name: self._publisher(t) for t in topics if _is_played(t, contract)}
        if not self._out:
            raise ValueError(f"{bag.files[0]} holds nothing that is played: no {', '.join(ENDS)}.")
        self._heard = RawIntake(self, JointState, POLICY_COMMAND, qos.TRACE)
        self._bag = bag

    def _publisher(self, topic: Topic) -> Publisher:
        package, _, name = topic.type.split("/")
        kind = getattr(import_module(f"{package}.msg"), name)
        latched = topic.name.endswith(STATE)
        profile = qos.LATCHED if latched else qos.RELIABLE_SENSOR
        return qos.publisher(self, kind, topic.name, profile)

    def start(self) -> None:
        """Begin with the first message, once somebody listens to the IMU."""
        self._messages = in_time(self._bag)
        self._next: tuple[int, Message] | None = next(self._messages, None)
        self._origin_ns: int | None = None
        self._asked_s = self._met_s = time.monotonic()
        self._ends_s: float | None = None
        self._sent: dict[int, int] = {}
        self._played = self._unmoved = 0
        self._nearness = Nearness()

    def work(self) -> None:
        """Send what is due; at the end say what came of it."""
        if self._origin_ns is None:
            self._await_listener()
            return
        until_ns = time.time_ns() + TURN_NS
        while self._next is not None and self._due_ns(self._next[0]) < until_ns:
            time_ns, message = self._next
            time.sleep(max(self._due_ns(time_ns) - time.time_ns(), 0) * 1e-9)
            self._play(message)
            self._next = next(self._messages, None)
        self._hear()
        if self._next is not None:
            time.sleep(max(until_ns - TURN_NS // 2 - time.time_ns(), 0) * 1e-9)
        elif self._ends_s is None:
            self._ends_s = time.monotonic() + LAST_S
        elif time.monotonic() >= self._ends_s:
            self._end()
        else:
            time.sleep(0.01)

    def _await_listener(self) -> None:
        """Wait until inference hears the IMU and we hear it; then a little, for all the rest."""
        imu = [out for name, out in self._out.items() if name == self._imu]
        now_s = time.monotonic()
        if self._next is None or now_s - self._asked_s > AWAITED_S:
            raise RuntimeError(f"Nobody listened to the recording's IMU within {AWAITED_S:.0f} s.")
        heard = all(out.get_subscription_count() for out in imu or self._out.values())
        if not heard or not self._heard.publishers:
            self._met_s = now_s
        if now_s - self._met_s >= SETTLES_S:
            self._first_ns = self._next[0]
            self._origin_ns = time.time_ns()
        else:
            time.sleep(0.02)

    def _due_ns(self, time_ns: int) -> int:
        assert self._origin_ns is not None
        return self._origin_ns + round((time_ns - self._first_ns) / self.settings.rate)

    def _play(self, message: Message) -> None:
        stamp = stamp_ns(message)
        if message.topic.name.endswith("/" + POLICY_COMMAND) and stamp is not None:
            effort = wire.joint_sample(message.data, 0, Source.MOTORS).effort
            self._nearness.recorded[stamp] = effort
        out = self._out.get(message.topic.name)
        if out is None:
            return
        data = message.data
        if stamp is not None:
            moved = self._due_ns(stamp) if stamp else 0
            if message.topic.name == self._imu:
                self._sent[moved] = stamp
            if 0 <= moved < STAMPS_END_NS:
                data = with_stamp(data, moved)
            else:
                self._unmoved += 1
        out.publish(data)
        self._played += 1

    def _hear(self) -> None:
        for data, *_ in self._heard.take():
            sample = wire.joint_sample(data, 0, Source.MOTORS)
            if sample.stamp_ns in self._sent:
                self._nearness.heard[self._sent[sample.stamp_ns]] = sample.effort

    def _end(self) -> None:
        figures = {
            "played": self._played, "stamps_not_moved": self._unmoved, **self._nearness.figures(),
        }  # fmt: skip
        said = f"The recording has ended, {self._played} messages were played."
        if self._unmoved:
            said += (
                f" {self._unmoved} have the stamps that were recorded: no stamp tells their time."
            )
        self.get_logger().info(f"{said} {in_words(figures)}")
        if self.settings.summary:
            Path(self.settings.summary).write_text(json.dumps(figures, indent=2) + "\n")
        self.done = True

    def report(self) -> tuple[bytes, str, Mapping[str, Any]]:
        """How far it is."""
        if self._origin_ns is None:
            return DiagnosticStatus.WARN, "waiting for somebody who listens", {}
        return DiagnosticStatus.OK, "playing", {"played": self._played}


def _is_played(topic: Topic, contract: Contract) -> bool:
    named = {name for source, name in contract.topics.items() if source != "TRACE"}
    if topic.name in named or topic.name in map(info_topic, named):
        return True
    inside = topic.name.startswith(contract.namespace.rstrip("/") + "/")
    return inside and topic.name.endswith((*ENDS, STATE))


def main() -> None:
    """Run the player."""
    run(Player)
