"""Somebody talks in roll-outs: what is said, what it stands for, and what is kept of it."""

import numpy as np
import pytest

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.spec import BALANCE_KEYS, INSTRUCTION, ObservationSpec
from ballbot_fusion.language.encoder import TextEncoder
from ballbot_fusion.language.instructions import STOP, vocabulary
from ballbot_fusion.training.modality_dropout import ModalityDropout
from ballbot_fusion.training.outages import OutageSettings, outages
from ballbot_fusion.training.rollout import STAND_TICKS, Rollout
from ballbot_fusion.training.settings import FitSettings, RolloutSettings, TrainSettings
from ballbot_fusion.training.voice import Voice

KEYS = (*BALANCE_KEYS, INSTRUCTION)
SPEC = ObservationSpec.of(KEYS)
INTENTS = vocabulary().intents
OFTEN = RolloutSettings(command_span_s=0.5, standing_share=0.1)
SEEDS = [(0, 0, number) for number in range(12)]


def spoken(seed: tuple[int, ...], wish: tuple[float, float, float] | None = None):
    """(second, embedding, command) of everything that is said in ten seconds."""
    voice, said = Voice(seed, OFTEN), []
    for second in np.arange(0.0, 10.0, 0.1):
        embedding = voice.say(float(second), wish)
        if embedding is not None:
            said.append((second, embedding, voice.command))
    return said


def test_what_is_said_is_a_phrasing_for_training_of_the_command() -> None:
    texts = {
        text: intent.command
        for name, intent in INTENTS.items()
        for text in vocabulary().phrasings(name)
    }
    encoder = TextEncoder.load()
    known = np.stack([encoder.encode(text) for text in texts])
    commands = np.array(list(texts.values()))
    heard = [(e, command) for seed in SEEDS for _, e, command in spoken(seed)]
    assert len({command for _, command in heard}) == len(INTENTS)
    for embedding, command in heard:
        same = np.abs(known - embedding).max(axis=1) < 1e-6
        assert same.any(), "not a training phrasing"
        assert (commands[same] == command).all(axis=1).any()


def test_it_is_the_same_for_the_same_seed() -> None:
    first, again = spoken(SEEDS[0]), spoken(SEEDS[0])
    assert len(first) == len(again) > 5
    for one, other in zip(first, again, strict=True):
        assert np.array_equal(one[1], other[1])
        assert one[2] == other[2]
    assert [entry[2] for entry in first] != [entry[2] for entry in spoken(SEEDS[1])]


def test_some_episodes_begin_in_silence() -> None:
    begins = [spoken(seed)[0][0] for seed in SEEDS]
    assert 0 < sum(begin == 0.0 for begin in begins) < len(begins)


def test_a_wish_is_put_into_the_words_that_come_closest() -> None:
    found = {command for _, _, command in spoken(SEEDS[0], (0.55, 0.02, 0.1))}
    assert found == {INTENTS["forward_fast"].command}


def settings(**changes: object) -> TrainSettings:
    rollout = OFTEN.model_copy(
        update={"episode_s": 3.0, "roaming_share": 0.0, "terrains": ("flat",)}
    )
    return TrainSettings(name="tiny", keys=KEYS, outages=None, rollout=rollout, **changes)


@pytest.fixture(scope="module")
def samples():
    return [Rollout(settings(), RobotConfig(), (0, number)).run(None) for number in range(4)]


def test_ticks_hold_what_is_in_force_and_silence_is_masked(samples) -> None:
    column = SPEC.keys.index(INSTRUCTION)
    silent = 0
    for part in samples:
        told, said = part.mask[:, column] > 0.5, part.vectors[INSTRUCTION]
        first = int(told.argmax())
        assert told[first:].all(), "nothing takes it back"
        assert not said[:first].any()
        assert np.linalg.norm(said[first:], axis=1) == pytest.approx(1.0, abs=1e-3)
        assert len(np.unique(said[first:], axis=0)) > 1
        # Whoever has heard nothing is taught to stand.
        assert not part.velocities[:first].any()
        silent += first
    assert silent > STAND_TICKS


def test_labels_are_what_the_words_stand_for(samples) -> None:
    """Once the limits of acceleration have been gone through: at the end of long instructions."""
    encoder = TextEncoder.load()
    known = {
        tuple(encoder.encode(t).round(4)): i.command for i in INTENTS.values() for t in i.training
    }
    compared = 0
    for part in samples:
        said = part.vectors[INSTRUCTION]
        for row in range(70, len(said)):
            command = known.get(tuple(said[row].round(4)))
            if command is not None and (said[row - 70 : row] == said[row]).all():
                assert part.velocities[row, -1] == pytest.approx(command, abs=0.02)
                compared += 1
    assert compared > 10


def test_an_instruction_does_not_fail_as_a_sensor_does() -> None:
    rng = np.random.default_rng(0)
    column = SPEC.keys.index(INSTRUCTION)
    shown = outages(rng, SPEC, 4000, 200, OutageSettings(single=0.2))
    assert shown[:, column].all()
    assert not shown[:, :column].all()
    drop = ModalityDropout.of(SPEC, FitSettings(vector_dropout=0.5))
    assert drop.probability[column] == 0.0
    assert STOP in INTENTS
