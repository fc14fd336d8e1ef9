"""Faults of the safety state machine: they latch, and the torque goes to zero."""

import pytest
from unit.core.bench import Bench, armed, in_fallback, leaning
from unit.core.streams import MS

from ballbot_fusion.core.estimator import ZERO
from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.safety import SafetyOutput

NOTHING = SafetyOutput(ZERO, "none")
FAULTS = [
    ({"e_stop": True}, "emergency stop"),
    ({"e_stop": True, "stop_reason": "stopped by the gamepad"}, "stopped by the gamepad"),
    ({"missing": "gamepad: silent"}, "emergency stop, gamepad: silent"),
    ({"estimate": {"rate": (0.0, float("nan"), 0.0)}}, "not finite"),
    ({"estimate": {"attitude": leaning(31.0)}}, "tilt 31 degrees, limit 30"),
    ({"estimate": {"imu_ns": 0}, "imu": Reason.SILENT}, "IMU: no sample"),
    ({"estimate": {"encoders_ns": 0}, "encoders": Reason.FROZEN}, "encoders: the content"),
    ({"publishers": 2}, "2 publishers on the motor topic"),
    ({"estimate": {"rate": (0.0, 1e308, 0.0)}, "effort": None}, "the fallback gave"),
]


@pytest.mark.parametrize(("cause", "words"), FAULTS)
@pytest.mark.parametrize("begin", [armed, in_fallback])
def test_a_fault_latches_until_it_is_disarmed(begin, cause, words):
    bench = begin()
    bench.run(0.05, **cause)
    assert bench.mode is Mode.FAULT
    assert words in bench.state.reason
    assert set(bench.run(1.0, arm=True)) == {NOTHING}
    assert bench.mode is Mode.FAULT
    assert bench.step(disarm=True) == NOTHING
    assert bench.mode is Mode.DISARMED
    bench.run(0.5, arm=True)
    assert bench.mode is Mode.ARMED


def test_the_emergency_stop_acts_at_once_and_wins_over_disarming():
    for bench in (Bench(), armed(), in_fallback()):
        assert bench.step(e_stop=True, disarm=True) == NOTHING
        assert bench.mode is Mode.FAULT


def test_on_a_sensor_fault_the_torque_goes_to_zero_in_equal_steps():
    bench = armed()
    for _ in range(2):  # no torque comes at once
        bench.step(effort=(3.0, -3.0, 1.5))
    given = [bench.step(estimate={"attitude": leaning(40.0)}).effort for _ in range(8)]
    assert [effort[0] for effort in given] == pytest.approx([2.25, 1.5, 0.75, 0, 0, 0, 0, 0])
    assert [effort[2] for effort in given] == pytest.approx([effort[0] / 2 for effort in given])


def test_the_imu_is_a_fault_exactly_after_64_ms():
    bench = armed()
    last = bench.now_ns
    for ms in (63, 0.5):
        bench.step(ms, imu=Reason.SILENT, estimate={"imu_ns": last})
        assert bench.mode is Mode.ARMED
    bench.step(0.5, imu=Reason.SILENT, estimate={"imu_ns": last})
    assert bench.mode is Mode.FAULT


def test_time_that_ran_backward_leaves_nothing_in_the_future():
    bench = armed()
    bench.now_ns = 1000 * MS
    assert bench.step(effort=None).driver == "fallback"
    bench.run(0.55)
    assert bench.mode is Mode.ARMED
