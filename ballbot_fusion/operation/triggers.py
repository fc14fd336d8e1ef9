"""Services without arguments, and whether what they ask for really happened."""

from collections.abc import Collection

from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy
from std_msgs.msg import String
from std_srvs.srv import Trigger

from ballbot_fusion.nodes import leaving
from ballbot_fusion.nodes.exit_codes import FAILED
from ballbot_fusion.operation.client import call, until
from ballbot_fusion.operation.diagnostics import Diagnostics

STATE = "safety/state"
LATCHED = QoSProfile(
    depth=1, reliability=ReliabilityPolicy.RELIABLE, durability=DurabilityPolicy.TRANSIENT_LOCAL
)
SETTLED_S = 2.0
"""How long safety may take to get where it was asked to go, s."""


def trigger(node: Node, service: str) -> tuple[bool, str]:
    """Call a std_srvs/Trigger service; return success and message."""
    response = call(node, Trigger, service, Trigger.Request())
    return bool(response.success), str(response.message)


def trigger_until(
    node: Node, service: str, states: Collection[str], state_topic: str = STATE
) -> tuple[bool, str]:
    """Call a service of safety, then wait until safety is in one of ``states``.

    Returns:
        Whether it got there, and a sentence with the state it is in, and why it is.
    """
    heard: list[str] = []
    said = Diagnostics(node)
    # Subscribed first: the answer to a service says what was asked, not what came of it.
    subscription = node.create_subscription(
        String, state_topic, lambda message: heard.append(message.data), LATCHED
    )
    try:
        success, message = trigger(node, service)
        if not success:
            return False, message
        reached = until(node, lambda: bool(heard) and heard[-1] in states, SETTLED_S)
    finally:
        with leaving.in_time(code=FAILED):
            node.destroy_subscription(subscription)
            said.close()
    state = heard[-1] if heard else f"unknown: nothing heard on {state_topic}"
    if reached:
        return True, state
    # The answer tells why safety was where it was: a fault that it released has another cause.
    safety = state_topic.strip("/").removesuffix("/state")
    why = said.values.get(safety, {}).get("message", message)
    return False, f"safety is {state}, expected {' or '.join(states)}: {why}"
