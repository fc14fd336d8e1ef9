"""The latency meter: right percentiles, at the same price after a day as after a second."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballbot_fusion.nodes.latency import BIN_NS, SENT, LatencyMeter

MS = 1_000_000


@given(st.lists(st.integers(0, 99 * MS), min_size=1, max_size=300))
def test_percentiles_are_those_of_numpy_to_a_bin(latencies: list[int]) -> None:
    meter = LatencyMeter()
    for number, latency in enumerate(latencies):
        meter.published(number, number * MS)
        meter.arrived(number, number * MS + latency)
    found = meter.percentiles_ms()
    wanted = np.percentile(latencies, (50, 99), method="inverted_cdf") * 1e-6
    assert found == pytest.approx(wanted, abs=BIN_NS * 1e-6)


def test_nothing_measured_and_forgotten() -> None:
    meter = LatencyMeter()
    assert meter.percentiles_ms() is None
    meter.published(1, 0)
    meter.arrived(1, MS)
    assert meter.percentiles_ms() is not None
    meter.clear()
    assert meter.percentiles_ms() is None


def test_what_was_never_or_long_ago_sent_does_not_count() -> None:
    meter = LatencyMeter()
    for number in range(SENT + 1):
        meter.published(number, number * MS)
    meter.arrived(0, 5 * MS)
    meter.arrived(10**9, 5 * MS)
    assert meter.percentiles_ms() is None


def test_a_very_late_command_counts_as_the_longest() -> None:
    meter = LatencyMeter()
    meter.published(1, 0)
    meter.arrived(1, 3600 * 10**9)
    assert meter.percentiles_ms() == pytest.approx((100.0, 100.0), abs=0.01)


def test_a_sample_that_is_sent_again_counts_from_the_first_time() -> None:
    meter = LatencyMeter()
    for again in range(2 * SENT):
        meter.published(1, again * MS)
    meter.arrived(1, 2 * MS)
    assert meter.percentiles_ms() == pytest.approx((2.0, 2.0), abs=0.02)
