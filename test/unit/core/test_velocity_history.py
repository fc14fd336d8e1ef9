"""The last velocities: found by their time, trusted when all of them can be."""

from dataclasses import replace
from math import sin

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.core.streams import (
    EPOCH_NS,
    MS,
    PERIOD_NS,
    ROBOT,
    SENSING,
    START_NS,
    Rig,
    start,
    ticks,
)

from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.samples import Sample, Source
from ballbot_fusion.core.sensing import Sensing
from ballbot_fusion.core.spec import DEPLOYED_KEYS, ObservationSpec
from ballbot_fusion.core.tick import tick
from ballbot_fusion.core.velocity_history import (
    JITTER_NS,
    KEY,
    LENGTH,
    SPACING_NS,
    SPAN_NS,
    Moment,
    lengthened,
    recalled,
)

REMEMBERING = Sensing(ObservationSpec.of([*DEPLOYED_KEYS, KEY]), ROBOT)
PLACE = REMEMBERING.spec.keys.index(KEY)


def driving(sample: Sample) -> list[Sample]:
    """A robot that goes back and forth."""
    if sample.source is not Source.ENCODERS:
        return [sample]
    speed = 3.0 * sin((sample.stamp_ns - EPOCH_NS - START_NS) * 2e-8)
    return [replace(sample, velocity=(speed, -speed, 0.5 * speed))]


@given(st.lists(st.integers(1, 40 * MS), min_size=1, max_size=60), st.integers(0, 2**62))
def test_each_is_the_newest_that_is_old_enough(steps, begin_ns):
    history, everything, now_ns = (), [], begin_ns
    for number, step_ns in enumerate(steps):
        now_ns += step_ns
        everything.append(Moment(now_ns, (float(number), 0.0, 0.0), True))
        history = lengthened(history, everything[-1])
    expected = []
    for number in range(LENGTH):
        limit_ns = now_ns - number * SPACING_NS + JITTER_NS
        old = [moment for moment in everything if moment.time_ns <= limit_ns]
        expected.append(old[-1] if old else everything[0])
    assert recalled(history) == tuple(expected)
    assert history[0] == expected[-1], "no more is kept than is observed"


def test_ticks_observe_what_earlier_ticks_estimated():
    results = list(ticks(Rig(edit=driving), 0.4, sensing=REMEMBERING))
    apart = SPACING_NS // PERIOD_NS
    for number, result in enumerate(results):
        rows = [max(number - apart * k, 0) for k in range(LENGTH)]
        expected = [results[row].observation["vel"] for row in rows]
        np.testing.assert_array_equal(result.observation[KEY], expected)
    assert np.ptp(results[-1].observation[KEY], axis=0).max() > 0.0


def test_nothing_is_remembered_for_a_spec_that_does_not_ask():
    *_, last = ticks(Rig(edit=driving), 0.2)
    assert last.state.history == ()


def test_nothing_else_changes_with_it():
    pairs = zip(
        ticks(Rig(edit=driving), 0.3, sensing=REMEMBERING),
        ticks(Rig(edit=driving), 0.3, sensing=SENSING),
        strict=True,
    )
    for with_it, without in pairs:
        assert with_it.mask[:PLACE].tobytes() == without.mask.tobytes()
        assert with_it.estimate == without.estimate
        for key, value in without.observation.items():
            assert with_it.observation[key].tobytes() == value.tobytes()


def test_estimates_from_an_outage_are_not_trusted_for_as_long_as_they_are_observed():
    *_, before = ticks(Rig(), 0.4, sensing=REMEMBERING)
    assert before.mask[PLACE] == 1.0
    without = tuple(s for s in Rig().sources if s is not Source.ENCODERS)
    *_, dead = ticks(Rig(sources=without), 0.1, before.state, sensing=REMEMBERING)
    assert dead.reasons[PLACE] is Reason.SILENT
    back = list(ticks(Rig(), 0.4, dead.state, sensing=REMEMBERING))
    vel = [result.mask[REMEMBERING.spec.keys.index("vel")] for result in back]
    first = vel.index(1.0)
    trusted = [result.mask[PLACE] for result in back]
    after_ns = (trusted.index(1.0) - first) * PERIOD_NS
    assert abs(after_ns - SPAN_NS) <= PERIOD_NS
    assert back[first].reasons[PLACE] is Reason.RECOVERING


@pytest.mark.parametrize("begun", [START_NS, 0])
def test_time_that_runs_backward_forgets_it(begun):
    *_, last = ticks(Rig(edit=driving), 0.3, sensing=REMEMBERING)
    again = tick(REMEMBERING, last.state, [], begun)
    assert len(again.state.history) == 1
    assert again.observation[KEY].tolist() == [[0.0, 0.0, 0.0]] * LENGTH
    first = tick(REMEMBERING, start()._replace(now_ns=begun), [], begun)
    assert again.state.history == first.state.history
