from collections.abc import Iterable

import numpy as np
import pytest

from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.evaluation.scenario import LQR, Scenario, build
from ballbot_fusion.evaluation.speaker import PAUSE_NS, Speaker
from ballbot_fusion.language.encoder import TextEncoder
from ballbot_fusion.language.instructions import vocabulary

STAND: Vector = (0.0, 0.0, 0.0)
AHEAD: Vector = (0.45, 0.0, 0.0)
BACK: Vector = (-0.3, 0.0, 0.0)
PERIOD_NS = 50_000_000


def heard(commands: Iterable[Vector]) -> list[tuple[int, str]]:
    """What is said, and in which period, while commands come one each period."""
    encoder = TextEncoder.load()
    texts = {
        encoder.encode(text).tobytes(): text
        for intent in vocabulary().intents.values()
        for text in intent.held_out
    }
    speaker, found = Speaker(), []
    for period, command in enumerate(commands):
        for sample in speaker.say(command, period * PERIOD_NS):
            assert sample.stamp_ns == period * PERIOD_NS
            found.append((period, texts[np.asarray(sample.embedding, np.float32).tobytes()]))
    return found


def test_it_says_what_comes_closest_once_and_nothing_while_the_robot_stands() -> None:
    intents = vocabulary().intents
    assert heard([STAND, STAND]) == []
    assert heard([STAND, AHEAD, AHEAD, AHEAD]) == [(1, intents["forward"].held_out[0])]


def test_it_takes_its_time_and_another_phrasing_each_time() -> None:
    pause = PAUSE_NS // PERIOD_NS
    said = heard([AHEAD, BACK] * (2 * pause))
    periods = [period for period, _ in said]
    assert len(said) > 2
    assert min(np.diff(periods)) >= pause
    assert len({text for _, text in said}) == len(said)


@pytest.mark.parametrize(("policy", "told"), [("language", True), ("concat", False), (LQR, False)])
def test_only_a_policy_that_listens_is_told_in_words(policy: str, told: bool) -> None:
    chosen = policy if policy == LQR else str(policy_path(policy))
    loop = build(Scenario(chosen, cameras=False, velocity=AHEAD)).loop
    assert (loop.speaker is not None) == told


def test_a_policy_that_is_told_in_words_drives_as_it_is_commanded() -> None:
    episode = build(Scenario(str(policy_path("language")), velocity=(0.4, 0.0, 0.0)))
    summary = episode.run(5.0)
    assert not summary["fell"]
    assert summary["policy_share"] == 1.0
    vx, _vy, _vz = episode.loop.plant.simulation.ground_truth().heading_velocity
    assert vx == pytest.approx(0.4, abs=0.1)
