"""Somebody who tells the robot in words where to go, in a roll-out."""

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.estimator import ZERO
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.language.encoder import TextEncoder
from ballbot_fusion.language.instructions import STOP, nearest, vocabulary
from ballbot_fusion.training.settings import RolloutSettings

PURPOSE = 2
"""Of a random stream, beside those of an episode's script and of everything else in it."""
SILENT_SHARE = 0.5
"""Share of episodes in which nothing is said at first: the robot stands."""
WISH_S = 1.0
"""Mean time between instructions of an operator who wants to get somewhere, s."""
FILLED_SHARE = 0.3
"""Share of instructions with something around them that means nothing."""


class Voice:
    """Says one instruction after another, each in one of its training phrasings."""

    def __init__(self, seed: tuple[int, ...], settings: RolloutSettings) -> None:
        """Everything random comes from ``seed``."""
        self._rng = np.random.default_rng((*seed, PURPOSE))
        self._settings, self._words = settings, vocabulary()
        self._encoder = TextEncoder.load()
        self.command: Vector = ZERO
        """What the instruction in force stands for; nothing was said: stand."""
        silent = self._rng.random() < SILENT_SHARE
        self._next_s = float(self._rng.exponential(settings.command_span_s)) if silent else 0.0

    def say(self, seconds: float, wish: Vector | None) -> NDArray[np.float32] | None:
        """Return the embedding of what is said at a time, s after the start; None: nothing.

        ``wish`` is the command that an operator would give by hand: it becomes the instruction that
        comes closest. Without one, instructions are drawn.
        """
        if seconds < self._next_s:
            return None
        mean = self._settings.command_span_s if wish is None else WISH_S
        self._next_s = seconds + float(self._rng.exponential(mean))
        name = self._drawn() if wish is None else nearest(self._words.intents, wish)
        intent = self._words.intents[name]
        self.command = intent.command
        return self._encoder.encode(self._phrased(intent.training))

    def _drawn(self) -> str:
        if self._rng.random() < self._settings.standing_share:
            return STOP
        moving = [name for name in self._words.intents if name != STOP]
        return moving[self._rng.integers(len(moving))]

    def _phrased(self, phrasings: tuple[str, ...]) -> str:
        text = phrasings[self._rng.integers(len(phrasings))]
        if self._words.fillers and self._rng.random() < FILLED_SHARE:
            return self._words.fillers[self._rng.integers(len(self._words.fillers))].format(text)
        return text
