"""The inference node's ear for words: the topic ``instruction``, while the policy listens to it."""

from rclpy.node import Node
from std_msgs.msg import String

from ballbot_fusion.core.samples import Sample
from ballbot_fusion.core.spec import INSTRUCTION, ObservationSpec
from ballbot_fusion.language.encoder import TextEncoder
from ballbot_fusion.language.hearing import Hearing
from ballbot_fusion.nodes import qos
from ballbot_fusion.nodes.intake import Intake


class InstructionIntake:
    """Subscribes what a policy that takes instructions needs; nothing for any other."""

    def __init__(self, node: Node) -> None:
        """Subscribe nothing yet."""
        self._node = node
        self._hearing: Hearing | None = None
        self._topics: list[Intake[str]] = []

    def listen(self, spec: ObservationSpec) -> None:
        """Subscribe or leave the topics, as a policy with ``spec`` wants it.

        Raises:
            EncoderError: it takes instructions, and there is no text encoder.
        """
        wanted = INSTRUCTION in spec
        if wanted == (self._hearing is not None):
            return
        self._hearing = Hearing(TextEncoder.load()) if wanted else None
        for intake in self._topics:
            self._node.destroy_subscription(intake.subscription)
        self._topics = []
        if wanted:
            self._topics = [
                Intake(self._node, String, topic, profile, lambda message: str(message.data))
                for topic, profile in (("safety/state", qos.LATCHED), (INSTRUCTION, qos.COMMAND))
            ]

    def take(self, now_ns: int) -> list[Sample]:
        """Return what was said since the last call, as samples that arrive at ``now_ns``."""
        if self._hearing is None:
            return []
        modes, texts = (intake.take() for intake in self._topics)
        for text in texts:
            self._node.get_logger().info(f"heard {text[:80]!r}")
        return list(self._hearing.samples(modes, texts, now_ns))
