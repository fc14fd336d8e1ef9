"""Telling a running robot what to do: texts on the topic ``instruction``."""

from rclpy.duration import Duration
from rclpy.node import Node
from std_msgs.msg import String

from ballbot_fusion.operation.client import NobodyAnswersError, domain, settled

SENT_S = 2.0
"""How long delivery may take, s."""


def say(node: Node, text: str, topic: str = "instruction") -> int:
    """Send ``text`` once; return how many nodes listen.

    Raises:
        NobodyAnswersError: nobody does, or the message was not taken.
    """
    publisher = node.create_publisher(String, topic, 1)
    listeners = settled(publisher.get_subscription_count)
    if not listeners:
        raise NobodyAnswersError(
            f"Nobody listens to {publisher.topic_name} on {domain()}. Is the launch running, "
            "with a policy that takes instructions (policy:=language), on the same domain?"
        )
    publisher.publish(String(data=text))
    # Reliable, but this process ends at once: it stays until the text has arrived.
    if not publisher.wait_for_all_acked(Duration(nanoseconds=round(SENT_S * 1e9))):
        raise NobodyAnswersError(
            f"{publisher.topic_name} did not take the text within {SENT_S:g} s. Say it again."
        )
    return int(listeners)
