"""Driving by a page: what is sent while the stick is held, and when anything breaks."""

from math import inf, nan
from sys import getswitchinterval, setswitchinterval
from threading import Event, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballbot_fusion.dashboard.deadman import CLOSING, HELD_S, Deadman
from ballbot_fusion.dashboard.stop_button import PAGE_S, Button
from ballbot_fusion.operation.steering import STILL

SPEEDS = (0.4, 0.2, 0.6)


def sent(deadman: Deadman, begin_s: float, turns: int) -> list[object]:
    return [deadman.due(begin_s + 0.05 * turn) for turn in range(turns)]


def test_nothing_is_sent_before_anybody_drives() -> None:
    assert set(sent(Deadman(SPEEDS), 0.0, 50)) == {None}


def test_a_page_that_falls_silent_stops_and_then_keeps_quiet() -> None:
    deadman = Deadman(SPEEDS)
    assert deadman.hold("a", (1.0, 0.0, -0.5), 0.0)
    velocities = sent(deadman, 0.0, 40)
    held = [v for v in velocities if v == (0.4, 0.0, -0.3)]
    assert len(held) == int(HELD_S / 0.05) + 1
    after = velocities[len(held) :]
    assert after[:CLOSING] == [STILL] * CLOSING
    assert set(after[CLOSING:]) == {None}


def test_letting_go_stops_at_once() -> None:
    deadman = Deadman(SPEEDS)
    deadman.hold("a", (1.0, 0.0, 0.0), 0.0)
    deadman.release("b")
    assert deadman.due(0.0) == (0.4, 0.0, 0.0)
    deadman.release("a")
    assert deadman.due(0.06) == STILL


def test_one_drives_at_a_time() -> None:
    deadman = Deadman(SPEEDS)
    assert deadman.hold("a", (1.0, 0.0, 0.0), 0.0)
    assert not deadman.hold("b", (-1.0, 0.0, 0.0), 0.1)
    assert deadman.hold("b", (-1.0, 0.0, 0.0), 0.1 + HELD_S)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=3, max_size=3))
def test_never_faster_than_the_stick_allows(share: list[float]) -> None:
    deadman = Deadman(SPEEDS)
    deadman.hold("a", share, 0.0)
    velocity = deadman.due(0.0)
    assert velocity is not None
    assert all(abs(v) <= speed for v, speed in zip(velocity, SPEEDS, strict=True))


@pytest.mark.parametrize("share", [(nan, 0.0, 0.0), (0.0, inf, 0.0)])
def test_what_is_no_number_holds_nothing(share: tuple[float, float, float]) -> None:
    deadman = Deadman(SPEEDS)
    assert not deadman.hold("a", share, 0.0)
    assert deadman.due(0.0) is None


def test_the_button_beats_only_while_somebody_could_press_it() -> None:
    button = Button()
    assert button.said(0.0) is None
    button.pulse("a", 1.0)
    assert button.said(1.0 + PAGE_S) is False
    assert button.said(1.01 + PAGE_S) is None
    button.pressed = True
    assert button.said(9.0) is True


def test_pages_may_come_and_go_while_it_is_asked() -> None:
    """The page's thread tells of them, another one speaks to the robot."""
    button, stop = Button(), Event()

    def browse() -> None:
        while not stop.is_set():
            for number in range(50):
                button.pulse(str(number), -PAGE_S - 1.0)
            for number in range(50):
                button.gone(str(number))

    thread, switched = Thread(target=browse), getswitchinterval()
    setswitchinterval(1e-6)
    thread.start()
    try:
        assert {button.said(0.0) for _ in range(20_000)} == {None}
    finally:
        stop.set()
        thread.join()
        setswitchinterval(switched)
