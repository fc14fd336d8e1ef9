"""The same said in other words: what a sample is labelled with does not depend on the phrasing.

Roll-outs hold some hundred utterances. Each tick of them is as good a lesson for every other
phrasing of the same intent, and its reflection for those of the opposite one.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from ballbot_fusion.core.spec import INSTRUCTION, ObservationSpec
from ballbot_fusion.language.encoder import TextEncoder
from ballbot_fusion.language.instructions import Vocabulary, nearest, vocabulary
from ballbot_fusion.training.dataset import Samples
from ballbot_fusion.training.mirror import VELOCITY, Array, Labelled

NOTHING = -1
"""Stands for silence among the numbers of intents."""


@dataclass(frozen=True)
class Retelling:
    """Replaces what was said by a random phrasing of what it means."""

    intents: NDArray[np.int64]
    """(N,) number of the intent of each sample, or NOTHING."""
    opposite: NDArray[np.int64]
    """(intents,) what each is in a mirror."""
    phrasings: list[Array]
    """Embeddings (phrasings, size) of each intent."""

    @classmethod
    def of(cls, samples: Samples, spec: ObservationSpec) -> "Retelling":
        """Find out what was meant in ``samples``.

        Raises:
            ValueError: something was said that is not in the vocabulary.
        """
        words = vocabulary()
        phrasings = [_embeddings(words, name) for name in words.intents]
        known = {row.tobytes(): number for number, rows in enumerate(phrasings) for row in rows}
        heard = samples.mask[:, spec.keys.index(INSTRUCTION)] > 0.5
        meant = [known.get(said.tobytes()) for said in samples.vectors[INSTRUCTION][heard]]
        if strange := meant.count(None):
            raise ValueError(
                f"{strange} of {len(heard)} samples were told what is no phrasing of the "
                "present vocabulary: the roll-outs are of another one. Drive them again."
            )
        intents = np.full(len(heard), NOTHING)
        intents[heard] = meant
        return cls(intents, _opposites(words), phrasings)

    def __call__(
        self, given: Labelled, rows: NDArray[np.int64], mirrored: NDArray[np.bool_]
    ) -> Labelled:
        """Say a batch of ``rows`` (B,) otherwise; where ``mirrored`` (B,), the opposite."""
        intents = self.intents[rows]
        intents = np.where(mirrored & (intents != NOTHING), self.opposite[intents], intents)
        drawn = torch.rand(len(rows)).numpy()
        said = given.observation[INSTRUCTION].copy()
        for number, known in enumerate(self.phrasings):
            told = intents == number
            said[told] = known[(drawn[told] * len(known)).astype(np.int64)]
        return given._replace(observation={**given.observation, INSTRUCTION: said})


def _embeddings(words: Vocabulary, intent: str) -> Array:
    encoder = TextEncoder.load()
    return np.stack([encoder.encode(text) for text in words.phrasings(intent)])


def _opposites(words: Vocabulary) -> NDArray[np.int64]:
    names = list(words.intents)
    found = []
    for intent in words.intents.values():
        vx, vy, turn = (np.array(intent.command) * VELOCITY).tolist()
        found.append(names.index(nearest(words.intents, (vx, vy, turn))))
    return np.array(found)
