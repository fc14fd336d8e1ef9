import numpy as np
import pytest
from support.policies import SHORT_KEYS, exported
from support.recorded import SPEC, recorded

from ballbot_fusion.core.spec import Observation
from ballbot_fusion.deployment.open_graph import Answer, Array, OpenGraph
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.evaluation.fusion.importance import (
    GRADIENT,
    MASKED,
    MEASURES,
    PERMUTED,
    importance,
    sample_importance,
)

ONES = np.ones(len(SPEC), np.float32)


class Formula:
    """A policy that answers with a function of ``vel`` and the mask's entry for it."""

    def __init__(self, bend: bool) -> None:
        self._bend = bend

    def ask(self, observation: Observation, mask: Array) -> Answer:
        vel = observation["vel"] * mask[SPEC.keys.index("vel")]
        action = np.tanh(vel) if self._bend else 0.25 * vel
        return Answer(action, action, {}, [])


def measured(graph: object, key: str, mask: Array = ONES) -> dict[str, float]:
    samples = recorded()
    observation, other = samples.observation(0, SPEC), samples.values[key][5]
    return sample_importance(graph, observation, mask, key, SPEC.keys.index(key), other)  # type: ignore[arg-type]


def test_of_a_linear_answer_slope_and_exchange_agree_and_both_are_known() -> None:
    samples = recorded()
    own, other = samples.values["vel"][0], samples.values["vel"][5]
    found = measured(Formula(bend=False), "vel")
    known = 0.25 * np.linalg.norm(other - own)
    assert found[GRADIENT] == pytest.approx(known, rel=1e-4)
    assert found[PERMUTED] == pytest.approx(known, rel=1e-4)
    assert found[MASKED] == pytest.approx(0.25 * np.linalg.norm(own), rel=1e-4)


def test_of_a_bent_answer_the_slope_is_the_derivative() -> None:
    samples = recorded()
    own, other = samples.values["vel"][0], samples.values["vel"][5]
    known = np.linalg.norm((1.0 - np.tanh(own) ** 2) * (other - own))
    found = measured(Formula(bend=True), "vel")
    assert found[GRADIENT] == pytest.approx(known, rel=1e-2)
    assert found[PERMUTED] != pytest.approx(known, rel=1e-2)


def test_what_an_answer_does_not_depend_on_has_no_importance() -> None:
    assert set(measured(Formula(bend=True), "command").values()) == {0.0}


@pytest.mark.parametrize("name", ["concat", "attention", "transformer"])
def test_what_is_masked_has_no_importance_and_what_is_not_has(name: str) -> None:
    graph = OpenGraph(exported(SHORT_KEYS, name), SPEC)
    for column, key in enumerate(SPEC.keys):
        hidden = ONES.copy()
        hidden[column] = 0.0
        assert set(measured(graph, key, hidden).values()) == {0.0}, key
        assert min(measured(graph, key).values()) > 0.0, key


@pytest.mark.parametrize("name", ["concat", "attention", "transformer"])
def test_the_opened_graph_says_what_the_runtime_says(name: str) -> None:
    model, samples = exported(SHORT_KEYS, name), recorded()
    graph, runtime = OpenGraph(model, SPEC), PolicyRuntime.of_model(model.SerializeToString())
    for row in range(3):
        observation, mask = samples.observation(row, SPEC), samples.mask_of(row, SPEC)
        expected, found = runtime.act(observation, mask), graph.ask(observation, mask)
        assert np.abs(found.action - expected.action).max() < 1e-6
        assert np.abs(found.fused - expected.features).max() < 1e-5
        sizes = {key: len(value) for key, value in found.cameras.items()}
        assert sizes == {e.key: runtime.feature_sizes[e.key] for e in SPEC.images}


def test_rows_have_an_interval_over_episodes_and_are_the_same_again() -> None:
    graph, samples = Formula(bend=True), recorded()
    rows = importance(graph, SPEC, samples, 1)  # type: ignore[arg-type]
    assert rows == importance(graph, SPEC, samples, 1)  # type: ignore[arg-type]
    assert {(row.case, row.metric) for row in rows} == {(k, m) for k in SPEC.keys for m in MEASURES}
    assert all(row.n == 3 for row in rows)
    vel = next(row for row in rows if (row.case, row.metric) == ("vel", PERMUTED))
    assert vel.low < vel.value < vel.high
