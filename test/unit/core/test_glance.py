"""A glance: what is written is read, and what is damaged is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballbot_fusion.core.glance import glance_of, groups_of
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import ImuSample, Source
from ballbot_fusion.core.sensing import Sensing
from ballbot_fusion.core.spec import DEPLOYED_KEYS, ObservationSpec
from ballbot_fusion.core.tick import tick
from ballbot_fusion.core.tick_state import initial_state

SENSING = Sensing(ObservationSpec.of(DEPLOYED_KEYS), RobotConfig())
MS = 1_000_000


def written(ticks: int) -> tuple[list[tuple[str, int]], list[float], object]:
    state = initial_state(0, 0)
    for number in range(1, ticks + 1):
        now_ns = 5 * MS * number
        imu = ImuSample(
            Source.IMU, now_ns - MS, now_ns, (0.1, 0.0, 1e-4 * number), (0.0, 0.0, 9.81),
            None, RobotConfig().imu.frame_id,
        )  # fmt: skip
        result = tick(SENSING, state, [imu], now_ns)
        state = result.state
    groups = groups_of(SENSING.spec, result)
    return [(label, len(v)) for label, v in groups], [n for _, v in groups for n in v], result


@given(st.integers(1, 40))
def test_what_is_written_is_read(ticks: int) -> None:
    sizes, numbers, result = written(ticks)
    glance = glance_of(sizes, numbers)
    assert tuple(glance.reasons) == DEPLOYED_KEYS
    assert tuple(glance.reasons.values()) == result.reasons  # type: ignore[attr-defined]
    assert glance.attitude == result.estimate.attitude  # type: ignore[attr-defined]
    assert glance.ages_s["imu"] == pytest.approx(0.001, abs=1e-6)
    assert glance.ages_s["camera_0"] is None
    assert glance.reasons["rgbd_0"] is Reason.NEVER_RECEIVED


@given(st.data())
def test_what_is_damaged_is_refused_by_name(data: st.DataObject) -> None:
    sizes, numbers, _ = written(1)
    place = data.draw(st.integers(0, len(numbers) - 1))
    kind = data.draw(st.sampled_from(["cut", "nan", "label", "size"]))
    if kind == "cut":
        numbers = numbers[:place]
    elif kind == "nan":
        numbers[place] = float("nan")
    elif kind == "label":
        sizes[data.draw(st.integers(0, 3))] = ("other", 1)
    else:
        label, size = sizes[0]
        sizes[0] = (label, size + data.draw(st.integers(1, 10**9)))
    with pytest.raises(ValueError, match="glance"):
        glance_of(sizes, numbers)


def test_an_unknown_group_is_passed_over() -> None:
    sizes, numbers, _ = written(2)
    assert glance_of([*sizes, ("more", 2)], [*numbers, 1.0, 2.0]) == glance_of(sizes, numbers)
