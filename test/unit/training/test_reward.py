from math import cos, sin

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.simulation.simulation import GroundTruth
from ballbot_fusion.training.reward import RewardSettings, Terms, reward

WEIGHTS = RewardSettings()
ZERO = np.zeros(3, np.float32)
numbers = st.floats(-5.0, 5.0)
vectors = st.tuples(numbers, numbers, numbers)
torques = st.lists(st.floats(-1.0, 1.0, width=32), min_size=3, max_size=3).map(
    lambda values: np.array(values, np.float32)
)


def truth(
    tilt: float = 0.0, velocity: Vector = (0.0, 0.0, 0.0), turning: float = 0.0
) -> GroundTruth:
    """A robot that leans about x by ``tilt``, rad."""
    quaternion = (sin(tilt / 2), 0.0, 0.0, cos(tilt / 2))
    return GroundTruth((0.0, 0.0, 0.0), quaternion, velocity, (0.0, 0.0, turning))


def earned(state: GroundTruth, command: Vector = (0.0, 0.0, 0.0), seconds: float = 1.0) -> Terms:
    return reward(state, command, ZERO, ZERO, False, seconds, WEIGHTS)


def test_a_second_of_doing_exactly_as_told_earns_every_weight() -> None:
    terms = earned(truth(velocity=(0.3, -0.1, 0.0), turning=0.5), (0.3, -0.1, 0.5))
    expected = WEIGHTS.upright + WEIGHTS.velocity + WEIGHTS.yaw_rate
    assert sum(terms.values()) == pytest.approx(expected)


@given(vectors, vectors, torques, torques, st.floats(-0.4, 0.4))
def test_nothing_but_a_fall_costs_more_than_effort_and_haste(
    velocity: Vector, command: Vector, action: np.ndarray, last: np.ndarray, tilt: float
) -> None:
    """No error is so bad that falling is the better way out."""
    terms = reward(truth(tilt, velocity), command, action, last, False, 1.0, WEIGHTS)
    assert sum(terms.values()) >= -WEIGHTS.effort - 4.0 * WEIGHTS.action_rate - 1e-6
    assert sum(terms.values()) > -WEIGHTS.fall
    fell = reward(truth(tilt, velocity), command, action, last, True, 1.0, WEIGHTS)
    assert sum(fell.values()) == pytest.approx(sum(terms.values()) - WEIGHTS.fall)


@given(st.floats(0.0, 0.3), st.floats(0.01, 0.04))
def test_leaning_further_earns_less(tilt: float, more: float) -> None:
    assert earned(truth(tilt + more))["upright"] < earned(truth(tilt))["upright"]


@given(st.floats(0.0, 0.5), st.floats(0.01, 0.5))
def test_a_greater_error_earns_less(error: float, more: float) -> None:
    for name, command in (("velocity", (1.0, 0.0, 0.0)), ("yaw_rate", (0.0, 0.0, 1.0))):
        near, far = (
            earned(truth(), (command[0] * e, 0.0, command[2] * e))[name]
            for e in (error, error + more)
        )
        assert far < near


@given(st.integers(1, 20))
def test_the_same_second_earns_the_same_at_any_rate(steps: int) -> None:
    state = truth(0.1, (0.2, 0.0, 0.0))
    by_steps = steps * sum(earned(state, seconds=1.0 / steps).values())
    assert by_steps == pytest.approx(sum(earned(state).values()))
