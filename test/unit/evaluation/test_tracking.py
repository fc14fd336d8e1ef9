from math import exp

import pytest

from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.evaluation.stopping import Stopping
from ballbot_fusion.evaluation.tracking import Tracking, rmse
from ballbot_fusion.simulation.simulation import GroundTruth

STILL: Vector = (0.0, 0.0, 0.0)


def responses(tau_s: float, offset: float = 0.0) -> Tracking:
    """Two steps of 0.5 m/s each, 5 s apart, that a first-order lag follows."""
    tracking, speed = Tracking(band=0.1), 0.0
    for number in range(1000):
        seconds = number * 0.01
        wanted = 0.5 if seconds < 5.0 else 1.0
        speed = wanted - 0.5 * exp(-(seconds % 5.0) / tau_s)
        tracking.add((wanted, 0.0, 0.2), (speed + offset, 0.0, 0.0), 0.3, seconds)
    return tracking


@pytest.mark.parametrize("tau_s", [0.3, 0.8])
def test_a_lag_settles_when_its_error_enters_the_band(tau_s: float) -> None:
    """0.5 exp(-t / tau) = 0.1 at t = tau ln 5."""
    assert responses(tau_s).settled_s == pytest.approx([tau_s * 1.609] * 2, abs=0.011)


def test_an_error_beyond_the_band_never_settles() -> None:
    assert responses(0.3, offset=-0.2).settled_s == [None, None]


def test_a_dip_into_the_band_is_not_settling() -> None:
    tracking = Tracking(band=0.1)
    for number in range(300):
        seconds = number * 0.01
        dip = 0.5 <= seconds < 0.9 or seconds >= 1.5
        tracking.add((0.5, 0.0, 0.0), (0.5 if dip else 0.0, 0.0, 0.0), 0.0, seconds)
    assert tracking.settled_s == pytest.approx([1.5])


def test_errors_after_each_step_are_left_out() -> None:
    tracking = responses(1e-3, offset=0.03)
    assert rmse(tracking.errors) == pytest.approx(0.03)
    assert rmse(tracking.turn_errors) == pytest.approx(0.1)
    assert len(tracking.errors) == pytest.approx(600, abs=2)
    assert rmse([]) is None


def watched(speeds: list[float]) -> Stopping:
    """One speed along x per 0.1 s; it happens at 1 s."""
    stopping, x = Stopping(1.0), 0.0
    for number, speed in enumerate(speeds):
        x += 0.1 * speed
        truth = GroundTruth((x, 0.0, 0.0), (0.0, 0.0, 0.0, 1.0), (speed, 0.0, 0.0), STILL)
        stopping.add(truth, number * 0.1)
    return stopping


def test_who_stops_in_time_and_stays_has_stopped() -> None:
    stopping = watched([0.5] * 20 + [0.01] * 30)
    assert stopping.stopped
    assert stopping.speed_before == 0.5


@pytest.mark.parametrize(
    "speeds",
    [
        [0.5] * 50,  # never
        [0.5] * 35 + [0.0] * 30,  # too late
        [0.5] * 20 + [0.01] * 20 + [0.3] * 20,  # goes on
        [0.5] * 20 + [-0.01] * 15 + [-0.1] * 50,  # creeps away
        [0.0] * 9,  # it never happened
    ],
)
def test_who_does_not_has_not(speeds: list[float]) -> None:
    assert not watched(speeds).stopped
