"""What was said is said otherwise: it means the same, in a mirror the opposite."""

import numpy as np
import pytest
import torch

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.spec import BALANCE_KEYS, INSTRUCTION, ObservationSpec
from ballbot_fusion.language.encoder import TextEncoder
from ballbot_fusion.language.instructions import vocabulary
from ballbot_fusion.training.augmentation import Augmentation
from ballbot_fusion.training.dataset import Samples
from ballbot_fusion.training.mirror import VELOCITY, Labelled, Mirror
from ballbot_fusion.training.retelling import Retelling
from ballbot_fusion.training.settings import FitSettings, TrainSettings

SPEC = ObservationSpec.of((*BALANCE_KEYS, INSTRUCTION))
WORDS = vocabulary()
NAMES = list(WORDS.intents)
COLUMN = SPEC.keys.index(INSTRUCTION)


def phrased(name: str) -> np.ndarray:
    """Embeddings of all phrasings for training of an intent, with and without fillers."""
    encoder = TextEncoder.load()
    return np.stack([encoder.encode(text) for text in WORDS.phrasings(name)])


def told(names: list[str | None]) -> Samples:
    """Samples that were told these intents in their first phrasing; None: nothing."""
    count, encoder = len(names), TextEncoder.load()
    vectors = {e.key: np.zeros((count, *e.shape), np.float32) for e in SPEC.vectors}
    mask = np.ones((count, len(SPEC)), np.float32)
    for row, name in enumerate(names):
        if name is None:
            mask[row, COLUMN] = 0.0
        else:
            text = WORDS.intents[name].training[0]
            vectors[INSTRUCTION][row] = encoder.encode(text)
    velocities = np.zeros((count, 4, 3), np.float32)
    for row, name in enumerate(names):
        velocities[row] = (0.0, 0.0, 0.0) if name is None else WORDS.intents[name].command
    return Samples(vectors, {}, {}, mask, np.zeros((count, 4, 3), np.float32), velocities)


def labelled(samples: Samples, rows: np.ndarray) -> Labelled:
    return Labelled(*samples.batch(rows, 0), samples.actions[rows], samples.velocities[rows])


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_words_and_label_mean_the_same_reflected_or_not(share: float) -> None:
    samples = told([*NAMES, None])
    mirror = Mirror.of(SPEC, RobotConfig(), besides=[INSTRUCTION])
    settings = FitSettings(mirrored_share=share, retold=True)
    augment = Augmentation.of(samples, SPEC, mirror, settings)
    rows = np.tile(np.arange(len(samples)), 40)
    torch.manual_seed(0)
    found = augment(labelled(samples, rows), rows)
    known = {name: phrased(name) for name in NAMES}
    heard: dict[str, set[bytes]] = {name: set() for name in NAMES}
    for row, said, velocity, mask in zip(
        rows, found.observation[INSTRUCTION], found.velocities[:, -1], found.mask, strict=True
    ):
        if row == len(NAMES):
            assert mask[COLUMN] == 0.0
            assert not said.any()
            continue
        name = next(n for n in NAMES if (known[n] == said).all(axis=1).any())
        assert velocity == pytest.approx(WORDS.intents[name].command)
        turned = np.array(WORDS.intents[NAMES[row]].command) * VELOCITY
        assert share < 1.0 or velocity == pytest.approx(turned)
        assert share > 0.0 or name == NAMES[row]
        heard[name].add(said.tobytes())
    assert min(map(len, heard.values())) > 20, "of 24 phrasings, each bare and with 7 fillers"


def test_what_was_given_is_left_alone_and_the_seed_decides() -> None:
    samples, rows = told(["forward"] * 8), np.arange(8)
    retelling = Retelling.of(samples, SPEC)
    before = samples.vectors[INSTRUCTION].copy()
    drawn = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        given = labelled(samples, rows)
        drawn.append(retelling(given, rows, np.zeros(8, np.bool_)).observation[INSTRUCTION])
    assert np.array_equal(samples.vectors[INSTRUCTION], before)
    assert np.array_equal(drawn[0], drawn[1])
    assert not np.array_equal(drawn[0], drawn[2])


def test_words_of_another_vocabulary_are_refused() -> None:
    samples = told(["stop", "forward", None])
    samples.vectors[INSTRUCTION][1] += 0.01
    with pytest.raises(ValueError, match="1 of 3 samples were told what is no phrasing"):
        Retelling.of(samples, SPEC)


def test_retelling_needs_something_that_was_told() -> None:
    with pytest.raises(ValueError, match=r"fit\.retold needs the modality 'instruction'"):
        TrainSettings(name="numbers", fit=FitSettings(retold=True))
