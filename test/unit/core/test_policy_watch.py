"""What the policy may ask for: no jumps, nothing late; how old the sample is that it answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.core.bench import GOOD, LIMITS, MAX_TORQUE, Bench, armed, in_fallback
from unit.core.streams import MS

from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.policy_watch import Arrivals, PolicyCommand, PolicyWatch, Watch
from ballbot_fusion.core.samples import ImuSample, Source

WATCH = PolicyWatch(MAX_TORQUE, 200.0)
LARGEST = LIMITS.largest_jump * MAX_TORQUE
LATE_NS = round(LIMITS.policy_lag_s * 1e9)


def _asked(bench: Bench, effort: tuple[float, ...], lag_ns: int = 0) -> None:
    bench.step(command=PolicyCommand(effort, bench.now_ns + 5 * MS, lag_ns))


@given(st.floats(-MAX_TORQUE, MAX_TORQUE), st.floats(-MAX_TORQUE, MAX_TORQUE))
def test_two_jumps_are_refused_one_is_not(first, second):
    watch = WATCH.step(Watch(), PolicyCommand((first, 0.0, 0.0), 0), 0)
    watch = WATCH.step(watch, PolicyCommand((second, 0.0, 0.0), 5 * MS), 5 * MS)
    assert watch.refused == ""
    watch = WATCH.step(watch, PolicyCommand((first, 0.0, 0.0), 10 * MS), 10 * MS)
    assert ("jumped twice" in watch.refused) == (abs(second - first) > LARGEST)
    watch = WATCH.step(watch, PolicyCommand((first, 0.0, 0.0), 15 * MS), 15 * MS)
    assert watch.refused == ""


@given(st.integers(10, 200))
def test_jumps_count_together_when_they_come_close_upon_each_other(apart_ms):
    watch, torque, refused = Watch(), MAX_TORQUE, []
    for ms in range(0, 300, 5):
        if ms in (50, 50 + apart_ms // 5 * 5):
            torque = -torque
        watch = WATCH.step(watch, PolicyCommand((torque, 0.0, 0.0), ms * MS), ms * MS)
        refused.append(watch.refused)
    assert any(refused) == (apart_ms // 5 * 5 <= LIMITS.jumps_within_s * 1e3)


def test_a_policy_that_jumps_to_and_fro_is_replaced_at_once_and_never_drives():
    bench, full = armed(), MAX_TORQUE
    for _ in range(100):
        _asked(bench, (full, -full, full))
        _asked(bench, (-full, full, -full))
    assert bench.mode is Mode.FALLBACK
    words = f"by {2 * full:.2f} N m from one command to the next, limit {LARGEST:g}"
    assert words in bench.state.reason


def test_a_policy_that_withholds_its_command_is_replaced_at_once():
    bench = armed()
    _asked(bench, ())
    assert bench.mode is Mode.FALLBACK
    assert "withholds its command" in bench.state.reason


def test_after_a_silence_nobody_is_held_to_what_was_said_before():
    watch = WATCH.step(Watch(), PolicyCommand((MAX_TORQUE, 0.0, 0.0), 0), 0)
    later = WATCH.timeout_ns
    assert not WATCH.step(watch, PolicyCommand((-MAX_TORQUE, 0.0, 0.0), later), later).refused


@pytest.mark.parametrize(("lag_ns", "mode"), [(LATE_NS, Mode.ARMED), (LATE_NS + 1, Mode.FALLBACK)])
def test_a_late_policy_is_replaced(lag_ns, mode):
    bench = armed()
    _asked(bench, GOOD, lag_ns)
    assert bench.mode is mode
    if mode is Mode.FALLBACK:
        assert "answers to what was 30 ms ago, limit 30 ms" in bench.state.reason


def test_it_drives_again_when_it_is_on_time():
    bench = in_fallback()
    for _ in range(int(LIMITS.handback_s * 200) + 2):
        _asked(bench, GOOD, LATE_NS)
    assert bench.mode is Mode.ARMED


def _heard(stamps: list[int]) -> Arrivals:
    """IMU samples that arrive every millisecond."""
    arrivals = Arrivals()
    zero = (0.0, 0.0, 0.0)
    arrivals.hear(
        ImuSample(Source.IMU, stamp, index * MS, zero, zero) for index, stamp in enumerate(stamps)
    )
    return arrivals


@given(st.integers(0, 98), st.integers(0, 50 * MS))
def test_the_lag_counts_from_the_arrival_of_what_is_newer_than_the_answered_sample(index, wait_ns):
    arrivals = _heard([1000 + stamp * MS for stamp in range(100)])
    now_ns = 99 * MS + wait_ns
    assert arrivals.lag_ns(1000 + index * MS, now_ns) == now_ns - (index + 1) * MS
    # It was lost on the way here.
    assert arrivals.lag_ns(1001 + index * MS, now_ns) == now_ns - (index + 1) * MS


@given(st.integers(0, 500 * MS), st.integers(0, 500 * MS))
def test_no_command_is_late_when_nothing_newer_than_it_answers_to_has_come(newer_ns, wait_ns):
    """The IMU is silent: what becomes of that is not for the policy to answer for."""
    arrivals = _heard([1000 + stamp * MS for stamp in range(100)])
    assert arrivals.lag_ns(1000 + 99 * MS + newer_ns, 99 * MS + wait_ns) == 0


@pytest.mark.parametrize("jump_ns", [5000 * MS, -5000 * MS])
def test_a_jump_of_the_clock_makes_no_command_late(jump_ns):
    before = [10_000 * MS + stamp * MS for stamp in range(50)]
    after = [10_000 * MS + jump_ns + stamp * MS for stamp in range(50, 60)]
    arrivals = _heard(before + after)
    for stamp in (before[-1], after[-1]):
        assert arrivals.lag_ns(stamp, 60 * MS) <= 11 * MS


def test_what_is_older_than_anything_remembered_is_at_least_that_old():
    arrivals = _heard([1000 * MS + stamp * MS for stamp in range(500)])
    assert arrivals.lag_ns(0, 500 * MS) == 128 * MS
    assert Arrivals().lag_ns(5, 7) == 0
