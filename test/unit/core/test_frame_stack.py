"""The last frames of a camera: in order, none from before a gap beside one from after it."""

import numpy as np
import pytest
from unit.core.streams import EPOCH_NS, MS, PERIOD_NS, ROBOT, START_NS, Rig, ticks, warm

from ballbot_fusion.core.frame_stack import GAP_NS, LENGTH, STACKS, frame_shape, stacked
from ballbot_fusion.core.samples import Sample, Source
from ballbot_fusion.core.sensing import Sensing
from ballbot_fusion.core.spec import DEPLOYED_KEYS, ObservationSpec
from ballbot_fusion.core.tick import Tick, tick

KEY, SINGLE = "rgbd_stack_0", "rgbd_0"
KEYS = tuple({of: stack for stack, of in STACKS.items()}.get(key, key) for key in DEPLOYED_KEYS)
STACKED = Sensing(ObservationSpec.of(KEYS), ROBOT)
SEEN_NS = START_NS + 500 * MS


def silent(start_ns: int, stop_ns: int) -> Rig:
    """Camera 0 loses what it takes between two times."""

    def edit(sample: Sample) -> list[Sample]:
        taken_ns = sample.stamp_ns - EPOCH_NS
        lost = sample.source is Source.CAMERA_0 and start_ns <= taken_ns < stop_ns
        return [] if lost else [sample]

    return Rig(edit=edit)


def frames_of(results: list[Tick], key: str) -> list[np.ndarray]:
    return [result.observation[key] for result in results if key in result.fresh]


def test_a_new_frame_stands_before_those_of_before() -> None:
    frames = [np.full((1, 2, 2), value, np.float32) for value in range(1, 7)]
    stack = None
    for frame in frames:
        stack = stacked(frame, stack)
    assert stack is not None
    assert stack[:, 0, 0].tolist() == [6.0, 5.0, 4.0, 3.0]
    assert stacked(frames[0], None)[:, 0, 0].tolist() == [1.0, 0.0, 0.0, 0.0]


def test_only_stacks_hold_several_frames() -> None:
    assert frame_shape(KEY, (4, 64, 64)) == (1, 64, 64)
    assert frame_shape("rgb_0", (3, 64, 64)) == (3, 64, 64)


def test_a_stack_is_the_last_single_frames() -> None:
    results = list(ticks(Rig(), 0.5, sensing=STACKED))
    stacks = frames_of(results, KEY)
    singles = frames_of(list(ticks(Rig(), 0.5)), SINGLE)
    assert len(stacks) == len(singles) > 10
    zeros = np.zeros_like(singles[0])
    for number, stack in enumerate(stacks):
        behind = [singles[number - k] if number >= k else zeros for k in range(LENGTH)]
        np.testing.assert_array_equal(stack, np.concatenate(behind))
    np.testing.assert_array_equal(results[-1].observation[KEY], stacks[-1])


@pytest.mark.parametrize(("lost", "kept"), [(1, True), (2, False), (9, False)])
def test_a_gap_begins_a_stack_anew(lost: int, kept: bool) -> None:
    """One frame may be lost at 30 Hz, not two: they are 33 ms apart."""
    assert (lost + 1) * 33 * MS < GAP_NS or not kept
    rig = silent(SEEN_NS, SEEN_NS + lost * 33 * MS)
    results = list(ticks(rig, 1.0, sensing=STACKED))
    first = next(
        result
        for result in results
        if KEY in result.fresh
        and result.state.sync.channels[Source.CAMERA_0].taken_ns >= SEEN_NS + lost * 33 * MS
    )
    assert first.observation[KEY][0].any()
    assert first.observation[KEY][1:].any() == kept
    assert results[-1].observation[KEY].any(axis=(1, 2)).all(), "it has filled again"


def test_a_gap_of_one_camera_leaves_the_other_alone() -> None:
    other = "rgbd_stack_1"
    whole = ticks(Rig(), 1.0, sensing=STACKED)
    for result, without in zip(
        whole, ticks(silent(SEEN_NS, SEEN_NS + 200 * MS), 1.0, sensing=STACKED), strict=True
    ):
        np.testing.assert_array_equal(result.observation[other], without.observation[other])


@pytest.mark.parametrize("sensing", [STACKED, None], ids=["to stacks", "to single frames"])
def test_a_policy_that_takes_over_is_given_the_frame_that_is_there(sensing: Sensing | None) -> None:
    before = warm(sensing=STACKED) if sensing is None else warm()
    after = sensing or Sensing(ObservationSpec.of(DEPLOYED_KEYS), ROBOT)
    result = tick(after, before, [], before.now_ns + PERIOD_NS)
    assert before.images[0] is not None
    for entry in after.spec.images:
        image = result.observation[entry.key]
        assert image.shape == entry.shape
        assert entry.key in result.fresh
        assert image[:1].any()
        assert not image[1:].any()
    assert result.state.earlier == ((), ()), "those of another policy are forgotten"
    newest = before.images[0][:1]
    np.testing.assert_array_equal(result.observation[after.spec.images[0].key][:1], newest)


def jumping(amount_ns: int, at_ns: int) -> Rig:
    return Rig(lambda taken_ns: EPOCH_NS + (amount_ns if taken_ns > at_ns else 0))


@pytest.mark.parametrize("amount_ns", [-3_600_000 * MS, -120 * MS, 90 * MS, 7_000_000 * MS])
def test_a_tick_says_once_that_a_clock_has_jumped(amount_ns: int) -> None:
    results = list(ticks(jumping(amount_ns, SEEN_NS), 1.0, sensing=STACKED))
    restarts = [result.state.now_ns for result in results if result.restarted]
    assert len(restarts) == 1
    assert SEEN_NS < restarts[0] <= SEEN_NS + 25 * MS


def test_a_steady_clock_and_outages_restart_nothing() -> None:
    for rig in (Rig(), silent(SEEN_NS, SEEN_NS + 200 * MS)):
        assert not any(result.restarted for result in ticks(rig, 1.0, sensing=STACKED))


def test_time_that_runs_backward_restarts() -> None:
    state = warm()
    assert tick(STACKED, state, [], state.now_ns - 1).restarted
    assert not tick(STACKED, state, [], state.now_ns).restarted
