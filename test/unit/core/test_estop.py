"""The emergency stop button and its heartbeat, at any times."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from unit.core.streams import MS, START_NS

from ballbot_fusion.core.estop import EStop, EStopSettings, EStopState, Ruling
from ballbot_fusion.core.heartbeat import Heartbeat

LIMIT_S = 0.5
LIMIT_MS = 500
DEMANDING = EStop(EStopSettings(required=True, heartbeat_s=LIMIT_S))
EASY = EStop()
waits = st.lists(st.integers(0, 700), max_size=12)
said = st.lists(st.booleans(), max_size=3)
steps = st.lists(st.tuples(st.integers(0, 700), said), min_size=1, max_size=12)


def beating(*waits_ms: int) -> tuple[Heartbeat, int]:
    """A heartbeat with these waits before each beat but the first, and the time of the last."""
    now_ns = START_NS
    beat = Heartbeat().beaten(now_ns, LIMIT_S)
    for wait_ms in waits_ms:
        now_ns += wait_ms * MS
        beat = beat.beaten(now_ns, LIMIT_S)
    return beat, now_ns


def test_nothing_heard_is_missing():
    assert Heartbeat().missing(START_NS, LIMIT_S) == "no heartbeat was heard yet"


@given(waits, st.integers(0, 700))
def test_it_beats_where_there_was_no_gap_for_as_long_as_the_limit(waits_ms, after_ms):
    beat, now_ns = beating(*waits_ms)
    gaps = [n for n, wait in enumerate(waits_ms) if wait >= LIMIT_MS]
    unbroken_ms = sum(waits_ms[gaps[-1] + 1 :] if gaps else waits_ms)
    beats = unbroken_ms >= LIMIT_MS and after_ms < LIMIT_MS
    assert (beat.missing(now_ns + after_ms * MS, LIMIT_S) == "") == beats


@given(waits, st.integers(1, 10**6))
def test_a_time_that_went_back_makes_it_begin_anew(waits_ms, back_ms):
    beat, now_ns = beating(*waits_ms, 100, 100, 100, 100, 100, 100)
    assert beat.missing(now_ns, LIMIT_S) == ""
    assert beat.missing(now_ns - back_ms * MS, LIMIT_S)
    assert beat.beaten(now_ns - back_ms * MS, LIMIT_S).missing(now_ns - back_ms * MS, LIMIT_S)


def ruled(judge: EStop, sequence: list[tuple[int, list[bool]]]) -> list[Ruling]:
    state, now_ns, rulings = EStopState(), START_NS, []
    for wait_ms, heard in sequence:
        now_ns += wait_ms * MS
        state, ruling = judge.step(state, heard, now_ns)
        rulings.append(ruling)
    return rulings


@given(steps)
def test_it_is_pressed_from_true_to_false_and_every_press_counts(sequence):
    pressed = False
    for (_, heard), easy, strict in zip(
        sequence, ruled(EASY, sequence), ruled(DEMANDING, sequence), strict=True
    ):
        assert (easy.stop != "") == (any(heard) or (pressed and not heard))
        assert strict.stop == easy.stop
        assert easy.missing == "", "nobody demands a heartbeat"
        pressed = heard[-1] if heard else pressed


@given(steps)
def test_silence_as_long_as_the_limit_is_always_missed(sequence):
    silent_ms = LIMIT_MS
    for (wait_ms, heard), ruling in zip(sequence, ruled(DEMANDING, sequence), strict=True):
        silent_ms = 0 if heard else silent_ms + wait_ms
        if silent_ms >= LIMIT_MS:
            assert ruling.missing.startswith("emergency stop button: ")


@given(st.lists(st.integers(1, LIMIT_MS - 1), min_size=1, max_size=40))
def test_who_beats_in_time_is_never_missed_again(waits_ms):
    sequence = [(wait_ms, [False]) for wait_ms in waits_ms]
    missing = [ruling.missing != "" for ruling in ruled(DEMANDING, sequence)]
    assert all(before or not after for before, after in pairwise(missing))
    assert missing[-1] == (sum(waits_ms[1:]) < LIMIT_MS)
