"""What the robot does with words: it hears them while its policy drives, and forgets them else."""

from collections.abc import Iterable
from dataclasses import dataclass

from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.samples import InstructionSample, Source
from ballbot_fusion.language.encoder import TextEncoder

NOTHING = ""
"""Said on purpose, it takes back what was said before."""


@dataclass
class Hearing:
    """Texts to samples.

    A velocity command that stops coming is over in half a second. An instruction is not, so that
    whatever ends the policy's turn at the motors ends the instruction too: nobody who arms a robot
    expects it to go on with what it was told before it fell.
    """

    encoder: TextEncoder
    armed: bool = False
    """Whether safety lets the policy drive; until it says so, nothing is heard."""

    def samples(
        self, modes: Iterable[str], texts: Iterable[str], now_ns: int
    ) -> list[InstructionSample]:
        """Return what is to be known of ``texts``; never raises, whatever they say.

        Args:
            modes: what safety/state said since the last call, oldest first.
            texts: what was said to the robot since then.
            now_ns: steady time.
        """
        taken_back = False
        for mode in modes:
            self.armed = mode == Mode.ARMED
            taken_back |= not self.armed
        heard = [NOTHING] if taken_back else []
        if self.armed:
            heard += texts
        return [
            InstructionSample(Source.INSTRUCTION, now_ns, now_ns, self.encoder.encode(text))
            for text in heard
        ]
