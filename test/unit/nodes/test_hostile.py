"""What arrays and diagnostics may hold that nobody meant: refused in words, or left out."""

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st
from std_msgs.msg import Float64MultiArray, Int64MultiArray

from ballbot_fusion.core.mode import Mode
from ballbot_fusion.nodes import camera_state
from ballbot_fusion.nodes.bridge_lockstep import _reply
from ballbot_fusion.nodes.lockstep import COUNTED, Manifest
from ballbot_fusion.nodes.run_summary import status_line, summary

POSE = [0.0, 0.0, 0.3, 1.0, 0.0, 0.0, 0.0]
wholes = st.integers(-(2**63), 2**63 - 1)
said = st.dictionaries(
    st.sampled_from(["upright_s", "mode", "max_tilt_deg", "ticks", "time_ns", "imu.received"]),
    st.sampled_from(["nan", "inf", "", "1e999", "many", "-3", "7.5"]),
)
nodes = st.dictionaries(st.sampled_from(["mujoco_bridge", "inference", "safety"]), said)


@given(st.lists(wholes, max_size=10))
def test_a_manifest_is_read_or_refused(data: list[int]) -> None:
    try:
        manifest = Manifest.of(Int64MultiArray(data=data))
    except ValueError:
        return
    assert len(manifest.counts) == len(COUNTED)
    assert min(manifest.time_ns, *manifest.counts) >= 0


def test_a_manifest_comes_back_as_it_was_sent() -> None:
    sent = Manifest(3, 15_000_000, (15, 7, 1, 1, 2))
    assert Manifest.of(sent.to_message()) == sent


@given(st.lists(wholes, max_size=4))
def test_a_reply_is_read_or_refused(data: list[int]) -> None:
    try:
        _, mode = _reply(Int64MultiArray(data=data))
    except ValueError:
        return
    assert mode in Mode


@pytest.mark.parametrize(
    "data",
    [
        [],
        [1.0, 2.0],
        [1.0, 2.0, 3.0],
        [nan, 2.0, 3.0, *POSE],
        [inf, 2.0, 3.0, *POSE],
        [-1.0, 2.0, 3.0, *POSE],
        [1.0, 1e300, 3.0, *POSE],
        [1.0, 2.0, 3.0, nan, *POSE[1:]],
        [1.0, 2.0, 3.0, 1e300, *POSE[1:]],
        [1.0, 2.0, 3.0, *POSE[:3], 0.0, 0.0, 0.0, 0.0],
    ],
)
def test_a_snapshot_that_shows_nothing_is_refused(data: list[float]) -> None:
    with pytest.raises(ValueError, match="expected"):
        camera_state.of_message(Float64MultiArray(data=data))


@pytest.mark.parametrize("other", [[], POSE[:6], [nan, *POSE[1:]], [1e300, *POSE[1:]], [0.0] * 7])
def test_a_snapshot_that_does_not_show_every_robot_of_a_world_is_refused(
    other: list[float],
) -> None:
    told = Float64MultiArray(data=[4.0, 2.0, 3.0, *POSE, *other])
    with pytest.raises(ValueError, match="expected"):
        camera_state.of_message(told, robots=2)


def test_a_snapshot_comes_back_as_it_was_sent() -> None:
    found = camera_state.of_message(Float64MultiArray(data=[4.0, 2.0, 3.0, *POSE, 0.5]))
    assert found.snapshot is not None
    assert (found.snapshot.frame, found.stamp_ns) == (4, 2_000_000_003)
    assert found.snapshot.qpos.tolist() == [*POSE, 0.5]


@given(nodes, said)
def test_whatever_diagnostics_say_makes_a_line_and_a_summary(
    values: dict[str, dict[str, str]], at_arming: dict[str, str]
) -> None:
    assert "upright" in status_line(values)
    assert summary(values, at_arming)["upright_s"] is not None
