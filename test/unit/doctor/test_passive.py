"""Checks on observations that are made up: what is said when little, or nothing, is known."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import ImuSample, JointSample, Source
from ballbot_fusion.doctor import computer, inertial, timing, topics, wheels
from ballbot_fusion.doctor.finding import Finding, State
from ballbot_fusion.doctor.guided import EVERYTHING
from ballbot_fusion.doctor.guided import GUIDED as GUIDED_CHECKS
from ballbot_fusion.doctor.observed import (
    IMU,
    JOINTS,
    Endpoint,
    Observed,
    Processor,
    Stream,
    wanted,
)
from ballbot_fusion.doctor.passive import judged
from ballbot_fusion.doctor.stimuli import GUIDED, SPUN, TILT

ROBOT = RobotConfig()
MS = 1_000_000
NOW_NS = 1_800_000_000_000_000_000


def silent() -> Observed:
    """Nobody is there."""
    kinds = wanted(ROBOT, "joint_state")
    return Observed(ROBOT, {name: Stream(f"/{name}", kind) for name, kind in kinds.items()})


def timed(name: str, period_ns: int, age_ns: int) -> Observed:
    stamps = tuple(NOW_NS + k * period_ns for k in range(20))
    arrivals = tuple(stamp + age_ns for stamp in stamps)
    observed = silent()
    stream = replace(observed.streams[name], stamps_ns=stamps, arrivals_ns=arrivals)
    return replace(observed, streams={**observed.streams, name: stream})


def with_samples(name: str, *samples: Any) -> Observed:
    observed = silent()
    stream = replace(observed.streams[name], samples=samples)
    return replace(observed, streams={**observed.streams, name: stream})


def states(findings: list[Finding]) -> set[State]:
    return {finding.state for finding in findings}


def test_where_nobody_is_there_every_topic_is_missing_and_nothing_raises() -> None:
    observed = replace(silent(), moved={s.name: () for s in (*GUIDED, *SPUN)})
    found = judged(observed, EVERYTHING)
    failed = {f.parameter for f in found if f.state is State.FAILED}
    assert failed == {f"topics: {name}" for name in wanted(ROBOT, "joint_state")}
    assert all(f.cure for f in found if f.state is State.FAILED)


@pytest.mark.parametrize(
    ("period_ms", "age_ms", "rate", "clock"),
    [(1, 1, "", ""), (2, 1, "imu.rate_hz", ""), (1, -300, "", f"{IMU}: driver's clock"),
     (1, 900, "", f"{IMU}: driver's clock"), (1, 50, "", f"{IMU}: driver's latency")],
)  # fmt: skip
def test_rates_and_clocks(period_ms: int, age_ms: int, rate: str, clock: str) -> None:
    observed = timed(IMU, period_ms * MS, age_ms * MS)
    assert [f.parameter for f in timing.rate(observed)] == [rate]
    assert [f.parameter for f in timing.clock(observed)] == [clock]


def ticked(late: float, delays_ms: Sequence[float]) -> Observed:
    """A 500 Hz IMU, each sample sent so late, and an inference of which such a share is late."""
    stamps = tuple(NOW_NS + 2 * k * MS for k in range(len(delays_ms)))
    sent = tuple(s + round(d * MS) for s, d in zip(stamps, delays_ms, strict=True))
    observed = silent()
    stream = replace(
        observed.streams[IMU],
        stamps_ns=stamps,
        sent_ns=sent,
        arrivals_ns=tuple(s + MS for s in sent),
    )
    said = tuple(
        {"inference": {"ticks": str(n), "late_ticks": str(n * late), "rate_hz": "200.0",
                       "time_ns": str(n * 5 * MS)}}
        for n in (1000, 2000)
    )  # fmt: skip
    return replace(observed, streams={**observed.streams, IMU: stream}, said=said)


@pytest.mark.parametrize(
    ("late", "jitter_ms", "right"),
    [(0.01, 0.0, True), (0.05, 0.0, False), (0.18, 2.0, True), (0.3, 2.0, False)],
)
def test_ticks_are_not_late_by_what_the_imu_is(late: float, jitter_ms: float, right: bool) -> None:
    delays = np.random.default_rng(0).uniform(1.0, 1.0 + jitter_ms, 5000).tolist()
    (found,) = computer.ticks(ticked(late, delays))
    assert found.state is (State.OK if right else State.FAILED), found.found


@pytest.mark.parametrize(
    ("late", "free", "waits", "right"),
    [
        (0.0, 0.35, 0.63, True),
        (0.5, 0.35, 0.63, False),
        (0.5, 0.35, 0.3, True),
        (0.0, 0.05, 0.0, False),
    ],
)
def test_the_doctor_may_wait_while_inference_comes_in_time(
    late: float, free: float, waits: float, right: bool
) -> None:
    observed = replace(ticked(late, [1.0] * 1000), processor=Processor(2, free, waits))
    (found,) = computer.headroom(observed)
    assert found.state is (State.OK if right else State.FAILED), found.found


def test_simulated_time_tells_nothing_of_clocks() -> None:
    assert states(list(timing.clock(timed(IMU, MS, -NOW_NS)))) == {State.UNKNOWN}


def test_what_a_missing_topic_might_be_called_is_said() -> None:
    observed = replace(silent(), graph={"/sensor/imu": ("sensor_msgs/msg/Imu",)})
    (missing,) = (f for f in topics.present(observed) if f.subject == IMU)
    assert "/sensor/imu" in missing.found


@pytest.mark.parametrize(
    ("offers", "asks", "policy"),
    [((True, False), (False, False), ""), ((False, False), (True, False), "reliability"),
     ((True, False), (True, True), "durability"), ((True, True), (True, True), "")],
)  # fmt: skip
def test_quality_of_service(
    offers: tuple[bool, bool], asks: tuple[bool, bool], policy: str
) -> None:
    observed = silent()
    stream = replace(
        observed.streams[JOINTS],
        publishers=(Endpoint("driver", "t", *offers),),
        subscriptions=(Endpoint("inference", "t", *asks),),
    )
    observed = replace(observed, streams={**observed.streams, JOINTS: stream})
    (found,) = (f for f in topics.quality(observed) if f.subject == JOINTS)
    expected = f"qos_overrides./{JOINTS}.subscription.{policy}" if policy else ""
    assert found.parameter == expected


def force(x: float, y: float, z: float) -> Observed:
    sample = ImuSample(Source.IMU, 0, 0, (0.0, 0.0, 0.0), (x, y, z))
    return with_samples(IMU, *[sample] * 30)


@pytest.mark.parametrize(
    ("x", "y", "z", "state"),
    [(0.0, 0.0, 9.81, State.OK), (1.7, -1.7, 9.5, State.OK), (0.0, 0.0, -9.81, State.FAILED),
     (9.81, 0.0, 0.0, State.FAILED), (0.0, 0.0, 1.0, State.FAILED), (0.0, 0.0, float("nan"),
     State.FAILED)],
)  # fmt: skip
def test_gravity(x: float, y: float, z: float, state: State) -> None:
    assert states(list(inertial.gravity(force(x, y, z)))) == {state}


@pytest.mark.parametrize("period_ns", [MS, 0], ids=["too short", "stamps stand still"])
def test_a_tilt_that_was_not_heard_long_enough_is_no_tilt(period_ns: int) -> None:
    sample = force(0.0, 0.0, 9.81).imu()[0]
    heard = tuple(replace(sample, stamp_ns=NOW_NS + k * period_ns) for k in range(50))
    observed = replace(force(0.0, 0.0, 9.81), moved={TILT: heard})
    found = [f for f in judged(observed, GUIDED_CHECKS) if f.check == "tilt"]
    assert states(found) == {State.UNKNOWN}


@pytest.mark.parametrize(
    ("sample", "parameter"),
    [
        (JointSample(Source.ENCODERS, 0, 0, ROBOT.joint_names, (0.0,) * 3, (0.0,) * 3), ""),
        (JointSample(Source.ENCODERS, 0, 0, ("a", "b", "c"), (0.0,) * 3), "wheels.driver_names"),
        (JointSample(Source.ENCODERS, 0, 0, ROBOT.joint_names, (0.0,) * 3), "encoders.speeds"),
        (
            JointSample(Source.ENCODERS, 0, 0, ROBOT.joint_names, (0.0, 4096.0, -77.0), (0.0,) * 3),
            "encoders.gear",
        ),
    ],
)
def test_joints(sample: JointSample, parameter: str) -> None:
    found = list(wheels.names(with_samples(JOINTS, sample)))
    assert found[-1].parameter == parameter


def test_who_only_listens_to_what_motors_are_told_is_no_driver() -> None:
    observed = silent()
    name = observed.motor_topic
    listener = Endpoint("inference", observed.streams[name].type, False, False)
    stream = replace(observed.streams[name], subscriptions=(listener,))
    observed = replace(observed, streams={**observed.streams, name: stream})
    (found,) = (f for f in topics.present(observed) if f.subject == name)
    assert found.parameter == f"topics: {name}"
