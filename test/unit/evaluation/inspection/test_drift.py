"""Drift, dead and saturated numbers of made-up observations."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.evaluation.inspection.drift import statistics

SPEC = ObservationSpec.of(("vel", "actions"))
TRAINED = {
    "vel": {"mean": [0.0] * 3, "std": [0.5] * 3, "min": [-1.5] * 3, "max": [1.5] * 3},
}


def rows_of(vel: NDArray[Any], masked: int = 0) -> dict[str, dict[str, Any]]:
    reasons = np.zeros((len(vel), 2), np.uint8)
    reasons[:masked, 0] = 2
    vectors = {"vel": vel.astype(np.float32), "actions": np.zeros((len(vel), 3), np.float32)}
    observed: Any = SimpleNamespace(spec=SPEC, reasons=reasons, vectors=lambda: vectors, images={})
    return {row["name"]: row for row in statistics(observed, TRAINED)}


def varied(count: int = 200) -> NDArray[Any]:
    return np.random.default_rng(0).normal(0.0, 0.5, (count, 3)).clip(-1.4, 1.4)


def test_what_is_as_in_training_has_no_note() -> None:
    assert rows_of(varied())["vel[0]"]["note"] == ""


@given(st.floats(1.1, 1.9))
def test_drift_is_told_in_spreads_of_training(by: float) -> None:
    row = rows_of(varied() * 0.1 + [by, 0.0, 0.0])["vel[0]"]
    assert row["shift"] == pytest.approx(by / 0.5, abs=0.05)
    assert "drifted" in row["note"]


def test_beyond_dead_and_saturated() -> None:
    vel = varied()
    vel[:50, 0] = 1.8
    vel[:, 1] = 0.3
    vel[:190, 2] = -2.0
    rows = rows_of(vel)
    assert rows["vel[0]"]["beyond"] == pytest.approx(0.25)
    assert "25% beyond" in rows["vel[0]"]["note"]
    assert "dead" in rows["vel[1]"]["note"]
    assert "saturated" in rows["vel[2]"]["note"]
    assert rows["actions[0]"]["shift"] is None


def test_masked_ticks_do_not_count() -> None:
    vel = varied()
    vel[:100] = 2.0
    assert rows_of(vel, masked=100)["vel[0]"]["max"] < 1.5
    assert rows_of(vel, masked=200)["vel[0]"]["note"] == "never trusted"
