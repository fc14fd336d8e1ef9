"""A process that is paused between reading the clock and taking its messages must not go blind.

Its samples then seem to come from the future, from two sensors that agree: what a jump of the
clock looks like. When the next samples fit the time before, the jump was none, and is undone.
"""

from collections.abc import Iterator

import pytest

from ballbot_fusion.core.channel import MS
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import ImuSample, JointSample, Sample, Source
from ballbot_fusion.core.synchronizer import Judge, initial_synchronizer, judge_all, receive

ROBOT = RobotConfig()
JUDGE = Judge.of(ROBOT)
PERIOD = 5 * MS
PAUSED_TICK = 100


def sampled(stamps: range, arrival_ns: int) -> Iterator[Sample]:
    """What a 1 kHz IMU and 500 Hz encoders say at ``stamps``."""
    for stamp in stamps:
        rate, force = (stamp * 1e-12, 0.0, 0.0), (0.0, 0.0, 9.81)
        yield ImuSample(Source.IMU, stamp, arrival_ns, rate, force, (0.0, 0.0, 0.0, 1.0))
        if stamp % (2 * MS) == 0:
            zeros = (0.0, 0.0, 0.0)
            names = ROBOT.joint_names
            yield JointSample(Source.ENCODERS, stamp, arrival_ns, names, zeros, zeros, zeros)


@pytest.mark.parametrize("pause_ms", [10, 16, 20, 30, 40, 60, 90])
def test_recovers_from_a_pause_before_the_messages_are_taken(pause_ms: int) -> None:
    sync, seen_ns, masked = initial_synchronizer(0, 0), 0, []
    for tick in range(1, 400):
        now_ns = tick * PERIOD
        newest_ns = now_ns + (pause_ms * MS if tick == PAUSED_TICK else 0)
        if newest_ns <= seen_ns:
            continue  # still paused
        samples = list(sampled(range(seen_ns + MS, newest_ns + 1, MS), now_ns))
        seen_ns = newest_ns
        sync, _, _ = receive(sync, samples, JUDGE)
        sync, reasons = judge_all(sync, tuple(Source), now_ns)
        if {reasons[Source.IMU], reasons[Source.ENCODERS]} != {Reason.OK}:
            masked.append(tick)
    end_of_pause = PAUSED_TICK + pause_ms // 5
    assert [tick for tick in masked if tick > end_of_pause + 10] == []
