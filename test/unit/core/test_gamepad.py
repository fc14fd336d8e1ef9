"""What a gamepad's buttons mean, and that it must be heard."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.core.streams import MS, START_NS

from ballbot_fusion.core.estop import Ruling
from ballbot_fusion.core.gamepad import Gamepad, GamepadSettings, GamepadState
from ballbot_fusion.core.settings import SettingsError, validate

STOP, DEADMAN, ARM, COUNT = 1, 4, 7, 8
PLAIN = GamepadSettings(used=True)
ALL = GamepadSettings(used=True, deadman=True, arming=True)
messages = st.lists(st.integers(0, 1), min_size=COUNT, max_size=COUNT).map(tuple)
anything = st.lists(st.integers(-(2**31), 2**31 - 1), max_size=12).map(tuple)


def buttons(*pressed: int) -> tuple[int, ...]:
    return tuple(int(number in pressed) for number in range(COUNT))


class Held:
    """A gamepad that has been heard for a second, with some buttons held."""

    def __init__(self, settings: GamepadSettings, *pressed: int) -> None:
        self.judge, self.state, self.now_ns = Gamepad(settings), GamepadState(), START_NS
        for _ in range(20):
            self.say(buttons(*pressed))

    def say(self, *heard: tuple[int, ...], ms: int = 50) -> tuple[Ruling, bool]:
        self.now_ns += ms * MS
        self.state, ruling, asks = self.judge.step(self.state, heard, self.now_ns)
        return ruling, asks


@given(st.lists(anything, max_size=4))
def test_one_that_is_not_used_demands_nothing(heard):
    _, ruling, asks = Gamepad(GamepadSettings()).step(GamepadState(), heard, START_NS)
    assert (ruling, asks) == (Ruling(), False)


def test_one_that_was_never_heard_is_missing():
    _, ruling, asks = Gamepad(PLAIN).step(GamepadState(), (), START_NS)
    assert (ruling, asks) == (Ruling("", "gamepad: no heartbeat was heard yet"), False)


def test_it_is_missed_when_it_falls_silent():
    pad = Held(PLAIN)
    assert pad.say(ms=449)[0] == Ruling()
    assert pad.say(ms=51)[0].missing == "gamepad: no heartbeat for 0.5 s"
    assert "began just now" in pad.say(buttons())[0].missing


@given(messages, messages, st.booleans())
def test_the_emergency_stop_counts_while_it_is_held_and_when_it_was_just_hit(first, last, silent):
    pad = Held(PLAIN)
    ruling, _ = pad.say(first, last)
    assert (ruling.stop != "") == bool(first[STOP] or last[STOP])
    assert ruling.missing == ""
    ruling, _ = pad.say() if silent else pad.say(last)
    assert (ruling.stop != "") == bool(last[STOP])


@given(st.lists(messages, max_size=4))
def test_the_deadman_must_be_held_all_the_time(heard):
    pad = Held(ALL, DEADMAN)
    ruling, _ = pad.say(*heard)
    assert (ruling.missing == "") == all(message[DEADMAN] for message in heard)
    ruling, _ = pad.say()
    assert (ruling.missing == "") == all(message[DEADMAN] for message in heard[-1:])


def test_arming_is_a_press_with_the_deadman_held_and_no_stop():
    assert Held(ALL, DEADMAN).say(buttons(DEADMAN, ARM))[1]
    assert Held(ALL, DEADMAN).say(buttons(DEADMAN, ARM), buttons(DEADMAN))[1], "between two steps"
    assert not Held(ALL).say(buttons(ARM))[1]
    assert not Held(ALL, DEADMAN).say(buttons(DEADMAN, ARM, STOP))[1]
    assert not Held(ALL, DEADMAN, ARM).say(buttons(DEADMAN, ARM))[1], "it was held from the start"
    assert not Held(PLAIN).say(buttons(ARM))[1], "nobody asked for an arming button"


def test_a_gamepad_with_too_few_buttons_is_named():
    pad = Held(PLAIN)
    ruling, _ = pad.say((0,))
    assert ruling.missing == ("gamepad: it has 1 buttons, e_stop_button is 1: they count from 0")
    assert pad.say(())[0].missing != ""


@given(st.lists(st.lists(anything, max_size=3), max_size=6))
def test_whatever_it_says_it_is_judged(sequence):
    pad = Held(ALL, DEADMAN)
    for heard in sequence:
        ruling, asks = pad.say(*heard)
        assert not (asks and (ruling.stop or ruling.missing))


@pytest.mark.parametrize("wrong", [{"deadman_button": 1}, {"arm_button": 4}])
def test_a_button_cannot_mean_two_things(wrong):
    with pytest.raises(SettingsError, match="each needs a button of its own"):
        validate(GamepadSettings, {"deadman": True, "arming": True, **wrong}, "test")
    assert validate(GamepadSettings, wrong, "test"), "those that are not used may be anywhere"
