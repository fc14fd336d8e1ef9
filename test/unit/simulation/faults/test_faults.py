import pickle
from collections.abc import Iterator
from dataclasses import replace
from unittest.mock import Mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.core.streams import depth
from unit.simulation.faults.rig import MS, PERIOD_NS, SETTINGS, of, run, said, sent

from ballbot_fusion.core.cameras import with_cameras_for
from ballbot_fusion.core.depth import is_known
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import (
    ColorSample,
    DepthSample,
    ImuSample,
    JointSample,
    Sample,
    Source,
)
from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.simulation.faults import FAULTS, Fault, FaultLine, Order, streams_of
from ballbot_fusion.simulation.faults.fault import CAMERAS, SENSORS, STREAMS
from ballbot_fusion.simulation.faults.gate import Gate
from ballbot_fusion.simulation.faults.possible import can_have
from ballbot_fusion.simulation.faults.switched import Directive
from ballbot_fusion.simulation.plant import Plant
from ballbot_fusion.simulation.simulation import Simulation
from ballbot_fusion.simulation.terrain import make_terrain

ROBOT = RobotConfig()
COLOUR = with_cameras_for(ObservationSpec.of(["rgb_0", "rgb_1"]), ROBOT)
POSSIBLE = [(kind, source) for kind in FAULTS for source in streams_of(kind)]
MOVES_STAMPS = {"stale", "future", "still", "duplicated", "burst", "unordered"}
"""Kinds under which a stream does not advance sample by sample."""
faults = st.builds(
    lambda pair, start, length: Fault(*pair, start, start + length),
    st.sampled_from(POSSIBLE), st.floats(0.0, 0.1), st.floats(0.01, 0.1),
)  # fmt: skip
few = settings(max_examples=25, deadline=None)


@few
@given(st.lists(faults, max_size=3), st.integers(0, 99))
def test_a_plan_travels_and_the_same_seed_gives_the_same_bits(plan: list[Fault], seed: int) -> None:
    copied = pickle.loads(pickle.dumps(tuple(plan)))
    first, again = run(plan, 40, seed), run(copied, 40, seed)
    assert [said(period) for period in first] == [said(period) for period in again]


@few
@given(faults)
def test_a_fault_leaves_other_streams_and_other_times_alone(fault: Fault) -> None:
    spoilt, healthy = run([fault]), run([])
    for source in set(STREAMS) - {fault.source}:
        assert said(of(spoilt, source)) == said(of(healthy, source))
    own = said(of(spoilt, fault.source))
    plain = said(of(healthy, fault.source))
    if fault.kind == "never":  # has no beginning
        fault = replace(fault, start_s=0.0)
    before = [entry for entry in plain if entry[0] * 1e-9 < fault.start_s - 0.006]
    after = [entry for entry in plain if entry[0] * 1e-9 > fault.stop_s + 0.03]
    assert own[: len(before)] == before
    assert own[len(own) - len(after) :] == after
    if fault.kind not in MOVES_STAMPS:
        assert [stamp for stamp, _ in own] == sorted(stamp for stamp, _ in own)


@few
@given(faults.filter(lambda fault: fault.kind != "never"))
def test_nothing_fails_on_the_stand(fault: Fault) -> None:
    now_ns = 300 * MS
    arrived = FaultLine((fault,), SETTINGS, 1).passed(sent(now_ns), now_ns, None)
    assert sorted(said(arrived)) == sorted(said(sent(now_ns)))


@pytest.mark.parametrize("source", STREAMS)
def test_missing(source: Source) -> None:
    found = of(run([Fault("missing", source, 0.1, 0.2)]), source)
    assert found
    assert not [s for s in found if 0.1 <= s.stamp_ns * 1e-9 < 0.19]


@pytest.mark.parametrize("source", [Source.IMU, Source.ENCODERS, *CAMERAS])
def test_frozen_content_under_new_stamps(source: Source) -> None:
    healthy = of(run([]), source)
    spoilt = of(run([Fault("frozen", source, 0.1, 0.2)]), source)
    assert [s.stamp_ns for s in spoilt] == [s.stamp_ns for s in healthy]
    last = [s for s in healthy if s.stamp_ns < 100 * MS - PERIOD_NS + MS][-1]
    during = {s.content_hash for s in spoilt if 100 * MS <= s.stamp_ns < 195 * MS}
    assert during == {last.content_hash}


@few
@given(st.floats(0.5, 80.0), st.sampled_from(["late", "jitter"]), st.sampled_from(STREAMS))
def test_delays_lose_nothing_and_keep_stamps_and_order(
    size: float, kind: str, source: Source
) -> None:
    plain, delayed = run([]), run([Fault(kind, source, 0.1, 0.2, size)])
    assert said(of(delayed, source)) == said(of(plain, source))
    delays_ms = []
    for number, period in enumerate(delayed, 1):
        now_ns = number * PERIOD_NS
        delays_ms += [
            (now_ns - s.stamp_ns) / MS
            for s in period
            if s.source is source and 100 * MS <= s.stamp_ns < 195 * MS
        ]
    # Periods round up, and a sample waits for the end of its own.
    assert max(delays_ms) <= size + 2 * PERIOD_NS / MS
    if kind == "late":
        assert min(delays_ms) >= size


def test_noise_is_as_large_as_asked() -> None:
    times = 8.0
    plan = [Fault("noisy", source, size=times) for source in SENSORS]
    healthy, spoilt = run([], 150), run(plan, 150)

    def pairs(source: Source) -> Iterator[tuple[Sample, Sample]]:
        return zip(of(healthy, source), of(spoilt, source), strict=True)

    rates, forces, speeds = [], [], []
    for a, b in pairs(Source.IMU):
        assert isinstance(a, ImuSample)
        assert isinstance(b, ImuSample)
        rates.append(np.subtract(b.angular_velocity, a.angular_velocity))
        forces.append(np.subtract(b.linear_acceleration, a.linear_acceleration))
        assert b.orientation is not None
        assert np.linalg.norm(b.orientation) == pytest.approx(1.0)
        assert b.orientation != a.orientation
    for a, b in pairs(Source.ENCODERS):
        assert isinstance(a, JointSample)
        assert isinstance(b, JointSample)
        speeds.append(np.subtract(b.velocity, a.velocity))
    assert np.std(rates) == pytest.approx(times * SETTINGS.imu.gyro_noise, rel=0.1)
    assert np.std(forces) == pytest.approx(times * SETTINGS.imu.accelerometer_noise, rel=0.1)
    assert np.std(speeds) == pytest.approx(times * SETTINGS.encoders.velocity_noise, rel=0.1)
    a, b = next(iter(pairs(Source.CAMERA_0)))
    assert isinstance(a, DepthSample)
    assert isinstance(b, DepthSample)
    both = is_known(a.image) & is_known(b.image)
    assert np.mean(~is_known(b.image)) == pytest.approx(
        times * SETTINGS.depth.invalid_share, abs=0.01
    )
    error_m = (b.image[both].astype(float) - a.image[both]) * 1e-3
    assert np.std(error_m) == pytest.approx(times * SETTINGS.depth.noise * 0.9**2, rel=0.1)


@pytest.mark.parametrize("unit_m", [0.0005, 0.002])
def test_noise_is_as_large_whatever_a_step_of_depth_is(unit_m: float) -> None:
    cameras = [camera.model_copy(update={"depth_unit_m": unit_m}) for camera in ROBOT.cameras]
    robot = ROBOT.model_copy(update={"cameras": tuple(cameras)})
    fault, image = Fault("noisy", Source.CAMERA_1), np.full((64, 64), 1.5 / unit_m, np.uint16)
    sample = depth(Source.CAMERA_1, 0, image=image)
    directive = Directive(1, Order(fault), acts=True)
    for (spoilt,) in (
        FaultLine((fault,), SETTINGS, 1, robot=robot).passed([sample], PERIOD_NS, 0.0),
        Gate(SETTINGS, 1, robot).passed([sample], PERIOD_NS, [directive]),
    ):
        assert isinstance(spoilt, DepthSample)
        error_m = (spoilt.image[is_known(spoilt.image)] * unit_m) - 1.5
        assert np.std(error_m) == pytest.approx(5.0 * SETTINGS.depth.noise * 1.5**2, rel=0.1)


def test_noise_invents_no_depth_where_there_was_none() -> None:
    image = np.full((64, 64), 1500, np.uint16)
    image[10:20] = 0
    line = FaultLine((Fault("noisy", Source.CAMERA_1, size=50.0),), SETTINGS, 1)
    (spoilt,) = line.passed([depth(Source.CAMERA_1, 0, image=image)], PERIOD_NS, 0.0)
    assert isinstance(spoilt, DepthSample)
    assert not is_known(spoilt.image[10:20]).any()
    assert spoilt.image.dtype == np.uint16


def test_colour_gets_noise_and_black_too() -> None:
    grey = np.full((64, 64, 3), 128, np.uint8)
    sample = ColorSample(Source.CAMERA_1, 0, 0, grey)
    (spoilt,) = FaultLine((Fault("noisy", Source.CAMERA_1, size=5.0),), SETTINGS, 1).passed(
        [sample], PERIOD_NS, 0.0
    )
    assert isinstance(spoilt, ColorSample)
    assert spoilt.image.dtype == np.uint8
    assert np.std(spoilt.image) == pytest.approx(5.0 * SETTINGS.color.noise, rel=0.05)
    (dark,) = FaultLine((Fault("black", Source.CAMERA_1),), SETTINGS, 1).passed(
        [sample], PERIOD_NS, 0.0
    )
    assert isinstance(dark, ColorSample)
    assert not dark.image.any()


def test_faults_of_one_stream_act_one_after_the_other() -> None:
    plan = [Fault("black", Source.CAMERA_0, 0.1), Fault("late", Source.CAMERA_0, 0.0, 0.2, 50.0)]
    found = of(run(plan), Source.CAMERA_0)
    dark = [s.stamp_ns for s in found if isinstance(s, DepthSample) and not s.image.any()]
    assert dark[0] == 100 * MS


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (lambda: Fault("missing", Source.COMMAND), "COMMAND cannot be faulty; choose one of IMU"),
        (lambda: Fault("missing", Source.IMU, 2.0, 1.0), "must start at a finite time"),
        (lambda: Fault("missing", Source.IMU, float("nan")), "must start at a finite time"),
        (lambda: Fault("late", Source.IMU, size=-1.0), "0 or more"),
        (lambda: Fault("late", Source.IMU, size=float("inf")), "0 or more"),
        (lambda: Fault("lost", Source.IMU), "Unknown fault 'lost'; choose one of missing, never"),
        (lambda: Fault("black", Source.IMU), "means nothing to IMU; it is for CAMERA_0, CAMERA_1"),
        (lambda: Fault("noisy", Source.MOTORS), "means nothing to MOTORS"),
    ],
)
def test_what_cannot_be_is_refused(fault: object, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        FaultLine((fault(),), SETTINGS, 1)  # type: ignore[operator]


@pytest.mark.parametrize("kind", FAULTS)
def test_a_camera_of_colour_can_have_every_fault_but_nan(kind: str) -> None:
    for source in streams_of(kind):
        fault = Fault(kind, source, 3.0)
        assert can_have(ROBOT, fault)
        assert can_have(COLOUR, fault) == (kind != "nan" or source not in CAMERAS)


def test_a_plan_that_the_robot_s_cameras_cannot_have_is_refused_at_the_beginning() -> None:
    plan = (Fault("nan", Source.CAMERA_1, 3.0, size=0.1),)
    simulation, cameras = Simulation(COLOUR, make_terrain("flat", 0), seed=0), Mock()
    with pytest.raises(ValueError, match=r"integers.*camera_1 can have: missing, .*black"):
        Plant(simulation, cameras, faults=plan)
    Plant(simulation, None, faults=plan)
