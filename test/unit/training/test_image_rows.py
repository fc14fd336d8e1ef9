import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.training.dataset import Samples
from ballbot_fusion.training.image_rows import most_telling_first, worth

SPEC = ObservationSpec.of(("command", "rgbd_0", "rgbd_1"))


def _samples(
    seen: list[tuple[int, int]], both: list[float], one: list[float] | None = None
) -> Samples:
    """Ticks with these cameras alive, asked for 0.5 m/s.

    The teacher answers with ``both`` m/s by both cameras, with ``one`` m/s by one of them.
    """
    count = len(seen)
    velocities = np.zeros((count, 4, 3), np.float32)
    velocities[:, 3, 0] = both
    if one is not None:
        velocities[:, 1:3, 0] = np.array(one)[:, None]
    frames = {entry.key: np.zeros((1, *entry.shape), np.float16) for entry in SPEC.images}
    return Samples(
        {"command": np.tile(np.float32([0.5, 0.0, 0.0]), (count, 1))},
        frames,
        {key: np.zeros(count, np.int64) for key in frames},
        np.array([(1, *cameras) for cameras in seen], np.float32),
        np.zeros((count, 4, 3), np.float32),
        velocities,
    )


def test_sight_is_worth_most_where_the_teacher_leaves_the_command() -> None:
    samples = _samples([(1, 1), (1, 1), (0, 0)], [0.5, 0.1, 0.1])
    assert worth(samples, SPEC).tolist() == [1, 2, 0]


def test_with_one_camera_sight_is_worth_most_where_that_camera_shows_a_reason_to_stand() -> None:
    samples = _samples([(1, 0), (0, 1), (1, 0)], [0.1, 0.5, 0.5], [0.25, 0.25, -0.1])
    assert worth(samples, SPEC).tolist() == [1, 1, 2]


@given(st.lists(st.integers(0, 2), min_size=1, max_size=40), st.floats(0.0, 1.0), st.data())
def test_the_first_rows_are_the_telling_ones_up_to_their_share(
    values: list[int], share: float, data: st.DataObject
) -> None:
    worth_of, batch = np.array(values), np.arange(len(values))
    count = data.draw(st.integers(1, len(values)))
    found = most_telling_first(batch, worth_of, count, share)
    assert sorted(found) == batch.tolist()
    head = worth_of[found[:count]]
    if share:
        assert (head == 2).sum() >= min((worth_of == 2).sum(), round(share * count))
        assert (head > 0).sum() == min((worth_of > 0).sum(), count)


def test_without_a_share_the_batch_is_left_as_it_is() -> None:
    batch = np.array([3, 1, 2, 0])
    assert most_telling_first(batch, np.array([0, 2, 0, 2]), 2, 0.0).tolist() == batch.tolist()
