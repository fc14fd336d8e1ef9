"""Drivers that name, order, count and scale joints otherwise than the robot file's wheels."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.core.streams import MS, SECOND, START_NS, encoders, imu

from ballbot_fusion.core.checks import check
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import JointSample, Sample, Source
from ballbot_fusion.core.sensing import Sensing
from ballbot_fusion.core.spec import DEPLOYED_KEYS, ObservationSpec
from ballbot_fusion.core.tick import Tick, tick
from ballbot_fusion.core.tick_state import initial_state
from ballbot_fusion.core.wheel_joints import LONGEST_NS, WheelJoints

OTHERS = ("gripper", "back_left", "front", "back_right")
DRIVERS = {
    "wheels": {"driver_names": ("front", "back_left", "back_right")},
    "encoders": {"direction": (1, -1, 1), "gear": 19.0, "speeds": "from_positions"},
    "motors": {"direction": (-1, 1, 1), "units_per_nm": 4.0},
}
STRANGE = RobotConfig.model_validate(DRIVERS)
JOINTS = WheelJoints.of(STRANGE)
EPOCH_NS = 7 * SECOND
vectors = st.tuples(*[st.floats(-50.0, 50.0)] * 3)


def strange(position: tuple[float, float, float], stamp_ns: int, arrival_ns: int) -> JointSample:
    """Positions as that driver sends them: another order, other joints among them, no speeds."""
    a, b, c = JOINTS.shown(position)
    return JointSample(Source.ENCODERS, stamp_ns, arrival_ns, OTHERS, (99.0, b, a, c))


def turning(
    speeds: tuple[float, float, float], ms: int = 60, jump_at: int | None = None
) -> list[Tick]:
    """Ticks at 200 Hz while wheels turn evenly; the counters jump at a millisecond."""
    sensing = Sensing(ObservationSpec.of(DEPLOYED_KEYS), STRANGE)
    state, ticks, samples = initial_state(START_NS, -EPOCH_NS), [], list[Sample]()
    for passed in range(1, ms + 1):
        now = START_NS + passed * MS
        samples.append(imu(now + EPOCH_NS, now))
        if passed % 2 == 0:
            lost = 1e4 if jump_at is not None and passed >= jump_at else 0.0
            a, b, c = (speed * passed * 1e-3 + lost for speed in speeds)
            samples.append(strange((a, b, c), now + EPOCH_NS, now))
        if passed % 5 == 0:
            ticks.append(tick(sensing, state, samples, now))
            state, samples = ticks[-1].state, []
    return ticks


@given(vectors)
def test_what_is_commanded_is_heard_again(efforts):
    heard = JOINTS.echo(efforts, 1, 2)
    assert heard.names == ("front", "back_left", "back_right")
    assert JOINTS.efforts(heard) == pytest.approx(efforts)
    assert heard.effort[0] == pytest.approx(-4.0 * efforts[0])


@pytest.mark.parametrize("units_per_nm", [0.001, 1.0, 3333.0])
def test_a_torque_is_believed_whatever_the_driver_counts_it_in(units_per_nm):
    """3333: a driver that takes milliamperes, of motors of 0.03 N m/A behind a gear of 10."""
    motors = {"units_per_nm": units_per_nm}
    robot = RobotConfig.model_validate({"motors": motors})
    joints, largest = WheelJoints.of(robot), robot.wheels.max_torque
    assert check(joints.echo((largest, -largest, 0.0), 1, 2), robot) is Reason.OK
    assert check(joints.echo((1e4, 0.0, 0.0), 1, 2), robot) is Reason.OUT_OF_RANGE


def test_the_default_robot_is_heard_and_told_word_for_word():
    joints = WheelJoints.of(RobotConfig())
    values = (0.1, -0.0, 3.5e-17)
    assert joints.commanded(values) == joints.shown(values) == values
    assert joints.speeds(encoders(1, velocity=values)) == values


@given(vectors)
def test_positions_of_other_joints_in_another_order_give_wheel_speeds(speeds):
    last = turning(speeds)[-1]
    assert last.sources[Source.ENCODERS] is Reason.OK
    assert last.estimate.wheel_speeds == pytest.approx(speeds, abs=1e-3)


def test_the_first_position_says_nothing_of_speed():
    first = turning((5.0, 5.0, 5.0), ms=5)[0]
    assert first.sources[Source.ENCODERS] is Reason.RECOVERING
    alone = tick(
        Sensing(ObservationSpec.of(DEPLOYED_KEYS), STRANGE),
        initial_state(START_NS, -EPOCH_NS),
        [strange((1.0, 2.0, 3.0), START_NS + EPOCH_NS, START_NS)],
        START_NS + MS,
    )
    assert alone.estimate.encoders_ns < 0


def test_counters_that_jump_are_refused_and_come_back():
    ticks = turning((5.0, -5.0, 2.0), ms=200, jump_at=100)
    assert all(max(map(abs, t.estimate.wheel_speeds)) < 6.0 for t in ticks)
    refused = {entry for t in ticks for entry in t.refused}
    assert {entry.reason for entry in refused} == {Reason.OUT_OF_RANGE}
    # Measured anew from the next two positions.
    silent_ns = max(t.state.now_ns - t.estimate.encoders_ns for t in ticks[3:])
    assert LONGEST_NS <= silent_ns <= LONGEST_NS + 10 * MS
    assert ticks[-1].sources[Source.ENCODERS] is Reason.OK
    assert ticks[-1].estimate.wheel_speeds == pytest.approx((5.0, -5.0, 2.0), abs=1e-2)


def test_a_driver_without_positions_is_named():
    sample = replace(encoders(START_NS + EPOCH_NS, START_NS), names=OTHERS, velocity=(0.0,) * 4)
    sensing = Sensing(ObservationSpec.of(DEPLOYED_KEYS), STRANGE)
    result = tick(sensing, initial_state(START_NS, -EPOCH_NS), [sample], START_NS)
    assert result.sources[Source.ENCODERS] is Reason.WRONG_SHAPE
