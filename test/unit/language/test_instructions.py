"""The instructions that policies are taught, and whether they can be told apart."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballbot_fusion.core.command import CommandLimits, limited
from ballbot_fusion.core.settings import SettingsError
from ballbot_fusion.evaluation.suites.instructions import obeyed
from ballbot_fusion.language.encoder import LONGEST
from ballbot_fusion.language.instructions import FILE, nearest, vocabulary
from ballbot_fusion.language.likeness import likeness

INTENTS = vocabulary().intents
EACH = pytest.mark.parametrize("name", INTENTS)


@EACH
def test_an_intent_has_phrasings_enough_and_a_command_within_the_limits(name: str) -> None:
    intent = INTENTS[name]
    assert len(intent.training) >= 20
    assert len(intent.held_out) == 8
    assert limited(intent.command, CommandLimits()) == intent.command
    assert all(len(text) < LONGEST / 2 for text in (*intent.training, *intent.held_out))


def test_intents_of_the_issue_are_there() -> None:
    said = {text for intent in INTENTS.values() for text in intent.training}
    assert {"go forward slowly", "turn left", "stop", "back up"} <= said


def test_fillers_have_one_place_for_what_is_said() -> None:
    assert all(text.count("{}") == 1 for text in vocabulary().fillers)


@EACH
def test_its_own_command_obeys_it_and_is_nearest_to_it(name: str) -> None:
    command = INTENTS[name].command
    assert [other for other in INTENTS if obeyed(INTENTS[other], command)] == [name]
    assert nearest(INTENTS, command) == name


speeds = st.floats(-1.2, 1.2)


@given(speeds, speeds, speeds)
def test_no_motion_obeys_two_intents(vx: float, vy: float, turn: float) -> None:
    assert sum(obeyed(intent, (vx, vy, turn)) for intent in INTENTS.values()) <= 1


def test_the_bands_touch_where_intents_are_closest() -> None:
    speed = sorted(i.command[0] for i in INTENTS.values() if not any(i.command[1:]))
    assert min(b - a for a, b in pairwise(speed)) / 2 == pytest.approx(0.075)


def test_a_phrasing_that_stands_twice_is_refused(tmp_path: Path) -> None:
    text = FILE.read_text().replace("- freeze\n", "- 'Halt!'\n")
    wrong = tmp_path / "instructions.yaml"
    wrong.write_text(text)
    with pytest.raises(SettingsError, match="halt"):
        vocabulary(wrong)


def test_likeness_names_the_intent_first_and_nothing_for_nonsense() -> None:
    assert likeness("please move backwards now")[0]["intent"] == "back_up"
    assert likeness("?") == []
