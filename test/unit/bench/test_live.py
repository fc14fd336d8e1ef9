"""What benches of the middleware compute, without it."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sensor_msgs.msg import Imu

from ballbot_fusion.bench.live import streams
from ballbot_fusion.bench.live.approximate_time import ApproximateTime
from ballbot_fusion.bench.live.contenders import at_rate
from ballbot_fusion.bench.live.floor import stamp_of
from ballbot_fusion.bench.live.loads import FLOOR, GRAPH, USUAL, Contest
from ballbot_fusion.bench.live.segment import figures, information_age
from ballbot_fusion.bench.tick import periods
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.nodes import wire_out
from ballbot_fusion.nodes.conversion import nanoseconds, stamp

MS = 1_000_000


def message(time_ms: float) -> Imu:
    found = Imu()
    found.header.stamp = stamp(round(time_ms * MS))
    return found


class Sets:
    """Two topics, and the times in ms of the sets that were handed on."""

    def __init__(self, queue_size: int = 10, slop_s: float = 0.005) -> None:
        self.found: list[tuple[float, ...]] = []
        self.both = ApproximateTime(2, queue_size, slop_s, self.use)

    def use(self, *messages: Imu) -> None:
        self.found.append(tuple(nanoseconds(m.header.stamp) / MS for m in messages))


def test_nearest_messages_within_the_slop_make_a_set_and_are_forgotten() -> None:
    sets = Sets()
    for time_ms in (10.0, 11.0, 12.0):
        sets.both.add(0, message(time_ms))
    sets.both.add(1, message(11.4))
    assert sets.found == [(11.0, 11.4)]
    sets.both.add(1, message(11.5))
    assert sets.found[1:] == [(12.0, 11.5)]


def test_messages_beyond_the_slop_or_pushed_out_of_the_queue_make_no_set() -> None:
    sets = Sets(queue_size=2)
    sets.both.add(0, message(10.0))
    sets.both.add(1, message(15.1))
    assert sets.found == []
    for time_ms in (21.0, 22.0, 23.0):
        sets.both.add(0, message(time_ms))
    sets.both.add(1, message(16.0))
    assert sets.found == [], "21 would have been near enough, and is gone"


def pairs(*rows: tuple[float, float]) -> np.ndarray:
    return np.array([(p * MS, a * MS) for p, a in rows], np.int64)


def test_information_ages_from_command_to_command() -> None:
    """1 ms old at its arrival, 11 ms when the next one comes: 6 ms in the mean, twice."""
    found = information_age(pairs((0, 1), (10, 11)), 1 * MS, 21 * MS)
    assert found == pytest.approx(6.0 * MS)


def test_a_command_from_before_the_window_counts_in_it() -> None:
    found = information_age(pairs((0, 1), (100, 102)), 11 * MS, 21 * MS)
    assert found == pytest.approx(16.0 * MS)


@given(
    latency=st.floats(0.1, 20.0), period=st.floats(1.0, 30.0), count=st.integers(2, 30)
)  # fmt: skip
def test_mean_age_of_regular_commands_is_latency_and_half_a_period(
    latency: float, period: float, count: int
) -> None:
    rows = pairs(*((k * period, k * period + latency) for k in range(count)))
    found = information_age(rows, int(rows[0, 1]), int(rows[-1, 1] + period * MS))
    assert found == pytest.approx((latency + period / 2.0) * MS, rel=1e-3)


def written(path: Path, rate_hz: int, latency_ms: float, *, lose: int = 0) -> Path:
    """A second of IMU samples, and of commands made of those at ``rate_hz``."""
    sent = np.array([(k, k * MS) for k in range(1000)], np.int64)
    made = sent[:: 1000 // rate_hz]
    arrived = made + np.array([0, round(latency_ms * MS)])
    arrived = np.delete(arrived, range(10, 10 + lose), axis=0)
    by_policy = np.arange(len(arrived)) % 2 == 0
    window = np.array([0, 1000 * MS])
    np.savez(path, window=window, sent=sent, arrived=arrived, by_policy=by_policy)
    return path


def test_figures_of_regular_commands(tmp_path: Path) -> None:
    found, curve = figures(written(tmp_path / "a.npz", 200, 1.5), Contest(FLOOR, 200))
    assert found["p50_ms"] == found["p99.9_ms"] == pytest.approx(1.5)
    assert found["commands_per_s"] == 200.0
    assert found["late_%"] == found["missed_%"] == 0.0
    assert found["information_age_ms"] == pytest.approx(1.5 + 2.5, abs=0.01)
    assert "by_policy_%" not in found
    found, _ = figures(tmp_path / "a.npz", Contest(GRAPH, 200))
    assert found["by_policy_%"] == 50.0
    assert curve == pytest.approx([1.5] * len(curve))


def test_lost_commands_are_missed_and_make_the_next_one_late(tmp_path: Path) -> None:
    found, _ = figures(written(tmp_path / "a.npz", 200, 1.5, lose=2), Contest(FLOOR, 200))
    assert found["missed_%"] == pytest.approx(1.0)
    assert found["late_%"] == pytest.approx(100.0 / 197.0)
    found, _ = figures(tmp_path / "a.npz", Contest(USUAL))
    assert "missed_%" not in found, "nobody promised it a rate"


def test_a_window_without_commands_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    nothing = np.empty((0, 2), np.int64)
    window = np.array([0, 1000 * MS])
    np.savez(path, window=window, sent=nothing, arrived=nothing, by_policy=np.empty(0, np.bool_))
    with pytest.raises(RuntimeError, match="0 commands arrived"):
        figures(path, Contest(FLOOR, 200))


def test_streams_are_those_of_a_robot_that_stands(tmp_path: Path) -> None:
    path = tmp_path / "streams.npz"
    streams.write_streams(path, 0.2)
    imu, joints = streams.read_streams(path)
    assert (len(imu), len(joints)) == (200, 100)
    assert len({sample.angular_velocity for sample in imu}) > 190, "no frozen stream"
    for sample in imu:
        assert np.linalg.norm(sample.linear_acceleration) == pytest.approx(9.81, abs=1.5)
    data = wire_out.imu_bytes(imu[0], 5_000_000_007)
    assert stamp_of(data) == 5_000_000_007
    assert len(joints[0].names) == len(joints[0].velocity) == 3


def test_images_of_a_ring_differ(tmp_path: Path) -> None:
    path = tmp_path / "images.npz"
    streams.write_images(path, (64, 64))
    ring = streams.read_images(path)
    assert len(ring) == streams.FRAMES
    assert {sample.image.shape for pair in ring for sample in pair} == {(64, 64)}
    assert len({sample.image.tobytes() for pair in ring for sample in pair}) == 2 * len(ring)


def test_a_policy_of_another_rate_differs_in_nothing_else(tmp_path: Path) -> None:
    path = policy_path("default")
    own, other = PolicyRuntime.load(path), PolicyRuntime.load(at_rate(path, 500, tmp_path))
    assert other.metadata == own.metadata.model_copy(update={"control_rate_hz": 500.0})
    observation, mask = own.spec.zeros(), np.ones(len(own.spec), np.float32)
    np.testing.assert_array_equal(
        own.act(observation, mask).action, other.act(observation, mask).action
    )


def test_periods_are_compared_with_what_was_asked_for() -> None:
    sent = np.array([0, 100, 105, 110, 117, 120], np.int64) * MS
    found = periods(sent, 50 * MS, 200)
    assert found["error_max_ms"] == pytest.approx(2.0)
    assert found["error_p50_ms"] == pytest.approx(1.0)
    assert found["late_%"] == 25.0, "one of four: 7 ms"
    assert found["ticks_per_s"] == pytest.approx(200.0)
    with pytest.raises(RuntimeError, match="0 commands"):
        periods(sent, 200 * MS, 200)
