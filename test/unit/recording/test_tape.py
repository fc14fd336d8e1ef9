"""What a tape keeps of a long recording."""

from geometry_msgs.msg import Twist
from hypothesis import given, settings
from hypothesis import strategies as st
from rclpy.serialization import serialize_message

from ballbot_fusion.core.command import CommandLimits
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import Source
from ballbot_fusion.core.trace import Consumed
from ballbot_fusion.recording.bag_file import Message, Topic
from ballbot_fusion.recording.cdr import command_sample
from ballbot_fusion.recording.contract import Contract
from ballbot_fusion.recording.tape import KEPT_NS, Tape

COMMANDS = Topic("/cmd_vel", "geometry_msgs/msg/Twist")
EVERY_NS = KEPT_NS // 5
KEPT = 2 * KEPT_NS // EVERY_NS + 1
"""Commands that are kept at most: a tape looks once in KEPT_NS for what has become older."""
CONTRACT = Contract(
    version="", policy="", policy_sha256="", robot=RobotConfig(), limits=CommandLimits(),
    instruction_lasts_s=1.0, topics={Source.COMMAND.name: COMMANDS.name}, stamped_command=False,
    engine="", machine="",
)  # fmt: skip


def said(velocity: float) -> bytes:
    message = Twist()
    message.linear.x = velocity
    return bytes(serialize_message(message))


def consumed(data: bytes) -> Consumed:
    return Consumed.of(command_sample(data, stamped=False))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=4 * KEPT, max_size=6 * KEPT))
def test_of_commands_that_nobody_used_only_the_last_seconds_are_kept(drive: list[int]) -> None:
    tape = Tape(CONTRACT, lambda _: None)
    for number, velocity in enumerate(drive):
        now_ns = number * EVERY_NS
        tape.add(Message(COMMANDS, said(0.01 * velocity), now_ns, now_ns, 0))
        assert len(tape._told) <= KEPT
        assert tape._told.keys() <= tape._samples.keys()
    last = consumed(said(0.01 * drive[-1]))
    least = drive[-KEPT_NS // EVERY_NS :].count(drive[-1])
    taken = [tape.take(last) is not None for _ in range(len(drive) + 1)]
    assert all(taken[:least])
    assert not taken[drive.count(drive[-1])], "each only as often as it was recorded"
