"""What stands in for a motor driver's own watchdog."""

from hypothesis import given
from hypothesis import strategies as st

from ballbot_fusion.simulation.motor_watchdog import MotorWatchdog

EFFORT = (0.5, -0.25, 0.0)
MS = 1_000_000


def test_a_command_holds_for_its_time_and_no_longer() -> None:
    watchdog = MotorWatchdog(0.05)
    watchdog.commanded(7 * MS)
    assert watchdog.passed(EFFORT, 57 * MS) == EFFORT
    assert watchdog.passed(EFFORT, 58 * MS) == (0.0, 0.0, 0.0)
    assert (watchdog.zeroed, watchdog.longest_ms) == (1, 51.0)


def test_zeros_are_not_zeroed() -> None:
    watchdog = MotorWatchdog(0.05)
    assert not any(watchdog.passed((0.0, 0.0, 0.0), 1000 * MS))
    assert watchdog.zeroed == 0


@given(st.lists(st.tuples(st.integers(0, 120), st.booleans()), max_size=30))
def test_torques_last_exactly_as_long_as_commands_come(steps: list[tuple[int, bool]]) -> None:
    watchdog, now_ns, since = MotorWatchdog(0.05), 10_000 * MS, 10_000 * MS
    watchdog.commanded(now_ns)
    effort = EFFORT
    for wait_ms, commands in steps:
        now_ns += wait_ms * MS
        if commands:
            watchdog.commanded(now_ns)
            effort, since = EFFORT, now_ns
        effort = watchdog.passed(effort, now_ns)
        assert any(effort) == (now_ns - since <= 50 * MS)
