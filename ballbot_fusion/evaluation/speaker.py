"""An operator who says what a script commands: for policies that are told in words."""

from collections.abc import Iterator
from itertools import cycle

from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.samples import InstructionSample, Source
from ballbot_fusion.language.encoder import TextEncoder
from ballbot_fusion.language.instructions import STOP, nearest, vocabulary

PAUSE_NS = 1_000_000_000
"""From one instruction to the next at least: nobody speaks as fast as scripts steer."""


class Speaker:
    """Says the instruction that comes closest to a command, in paraphrases held out from training.

    Only when another comes closest is another said. Before anything is, the robot stands.
    """

    def __init__(self) -> None:
        """Begin in silence."""
        intents = vocabulary().intents
        self._intents, self._intent = intents, STOP
        self._texts: dict[str, Iterator[str]] = {
            name: cycle(intent.held_out) for name, intent in intents.items()
        }
        self._next_ns = 0

    def say(self, command: Vector, now_ns: int) -> list[InstructionSample]:
        """Return what is said for a ``command`` vx, vy [m/s], yaw rate [rad/s], if anything."""
        name = nearest(self._intents, command)
        if name == self._intent or now_ns < self._next_ns:
            return []
        self._intent, self._next_ns = name, now_ns + PAUSE_NS
        embedding = TextEncoder.load().encode(next(self._texts[name]))
        return [InstructionSample(Source.INSTRUCTION, now_ns, now_ns, embedding)]
