"""The view: fresh things are shown, old ones are not, changes are events."""

import json
from dataclasses import replace
from math import inf, nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballbot_fusion.core.glance import Glance
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import from_rotation_vector
from ballbot_fusion.dashboard.view import GLANCE_S, MOTORS_S, NODE_S, Said, View

KEYS = ("orientation", "vel", "rgbd_0", "rgbd_1", "command")
AGES = {"imu": 0.001, "encoders": 0.002, "camera_0": 0.03, "camera_1": 0.04}
ZERO = (0.0, 0.0, 0.0)


def glance(**masked: Reason) -> Glance:
    reasons = {key: masked.get(key, Reason.OK) for key in KEYS}
    attitude = from_rotation_vector((0.1, 0.0, 0.0))
    return Glance((1.0, 2.0, 0.11), attitude, (0.3, 0.4, 0.0), ZERO, ZERO, ZERO, reasons, AGES)


def safety(mode: str, **values: str) -> Said:
    return Said(0, mode, {"mode": mode, "tilt_limit_deg": "25.0", **values})


def texts(view: View) -> list[str]:
    return [event.text for event in view.line.events]


def test_nothing_heard_is_nothing_shown() -> None:
    frame = View(RobotConfig(), ("inference", "safety")).frame(5.0, 0.0)
    assert frame["safety"]["mode"] == "NO SAFETY"
    assert frame["pose"]["stale"] == frame["modalities"]["stale"] == "never heard"
    assert "position" not in frame["pose"]
    assert frame["wheels"]["effort"] is None
    assert [node["dead"] for node in frame["nodes"]] == [True, True]
    assert frame["modalities"]["rows"] == frame["events"] == []


@given(st.floats(0.0, 1e4), st.floats(0.0, 20.0))
def test_each_part_is_shown_exactly_while_it_is_fresh(begin_s: float, later_s: float) -> None:
    view = View(RobotConfig(), ("inference", "safety"))
    view.hear_glance(glance(), begin_s)
    view.motors.hear((1.0, -1.0, 0.5), begin_s)
    view.hear_node("safety", safety("ARMED"), begin_s)
    now_s = begin_s + later_s
    age_s = now_s - begin_s
    frame = view.frame(now_s, 0.0)
    assert ("position" in frame["pose"]) == (age_s <= GLANCE_S) == (not frame["pose"]["stale"])
    assert bool(frame["modalities"]["rows"]) == (age_s <= GLANCE_S)
    assert (frame["wheels"]["effort"] is not None) == (age_s <= MOTORS_S)
    nodes = {node["name"]: node for node in frame["nodes"]}
    assert nodes["safety"]["dead"] == (age_s > NODE_S)
    assert (frame["safety"]["mode"] == "ARMED") == (age_s <= NODE_S)
    assert nodes["inference"]["message"] == "dead: never heard"


def test_what_is_shown_is_what_was_heard() -> None:
    view = View(RobotConfig())
    view.hear_node("safety", safety("ARMED", dry_run="True"), 1.0)
    view.hear_node("inference", Said(0, "fine", {"camera_0.hz": "29.9"}), 1.0)
    view.hear_glance(glance(rgbd_0=Reason.FROZEN), 1.0)
    frame = view.frame(1.1, 0.0)
    assert frame["pose"]["tilt_deg"] == pytest.approx(5.73, abs=0.01)
    assert frame["pose"]["speed"] == 0.5
    assert frame["pose"]["limit_deg"] == 25.0
    assert frame["safety"]["dry"] is True
    rows = {row["key"]: row for row in frame["modalities"]["rows"]}
    assert rows["rgbd_0"] == {
        "key": "rgbd_0", "trusted": False, "reason": Reason.FROZEN.text, "rate": "30 Hz",
        "age": "30 ms",
    }  # fmt: skip
    assert rows["orientation"]["trusted"]
    assert rows["command"]["age"] == "–"


def test_changes_are_events_once() -> None:
    view = View(RobotConfig(), ())
    for second in range(5):
        view.hear_mode("ARMED", float(second))
        view.hear_glance(glance(), float(second))
    assert texts(view) == ["safety: ARMED"]
    for second in range(5, 8):
        view.hear_glance(glance(rgbd_1=Reason.SILENT), float(second))
    view.hear_glance(glance(rgbd_1=Reason.RECOVERING), 8.0)
    view.hear_glance(glance(), 9.0)
    view.hear_mode("FAULT", 10.0, "emergency stop by service")
    assert texts(view)[1:] == [
        "rgbd_1 masked: no sample arrived lately",
        "rgbd_1 trusted again",
        "safety: FAULT, emergency stop by service",
    ]


def test_a_node_that_falls_silent_and_returns_is_two_events() -> None:
    view = View(RobotConfig(), ("inference",))
    view.hear_node("inference", Said(0, "fine", {}), 0.0)
    for tenth in range(60):
        view.frame(tenth / 10.0, 0.0)
    view.hear_node("inference", Said(0, "fine", {}), 6.0)
    assert texts(view) == ["inference is silent", "inference is heard again"]


def test_a_fault_begins_and_ends_on_the_time_line() -> None:
    view = View(RobotConfig(), ())
    for state in ("to come", "acting", "acting", "over"):
        values = {"fault_1": "camera_0 frozen", "fault_1.state": state, "fault_1.spoilt": "4"}
        view.hear_node("mujoco_bridge", Said(0, "", values), 0.0)
    assert texts(view) == ["fault camera_0 frozen: acting", "fault camera_0 frozen: over"]
    frame = view.frame(0.1, 0.0)
    assert frame["simulated"]
    assert frame["faults"] == [
        {
            "number": 1, "text": "camera_0 frozen", "state": "over", "spoilt": 4,
            "outcome": "over, 4 samples spoilt",
        }
    ]  # fmt: skip


def test_faults_of_sensors_and_policy_are_shown_those_that_act_first() -> None:
    def said(*faults: tuple[str, str]) -> Said:
        values = {}
        for number, (text, state) in enumerate(faults, 1):
            values |= {f"fault_{number}": text, f"fault_{number}.state": state}
        return Said(0, "", {**values, "fault_1.spoilt": "200"})

    view = View(RobotConfig(), ())
    view.hear_node("mujoco_bridge", said(("imu nan", "over")), 0.0)
    view.hear_node("inference", said(("policy nan for 1", "over")), 0.1)
    latest = ("imu nan", "over"), ("imu bias", "acting"), ("imu late after 9", "to come")
    view.hear_node("mujoco_bridge", said(*latest, ("imu black", "cleared")), 0.2)
    faults = view.frame(0.3, 0.0)["faults"]
    assert [fault["text"] for fault in faults] == [
        "imu bias", "imu late after 9", "imu black", "policy nan for 1", "imu nan",
    ]  # fmt: skip
    assert faults[3]["outcome"] == "over, 200 answers spoilt"


@given(
    st.dictionaries(
        st.sampled_from(["mode", "tilt_limit_deg", "fault_1", "fault_1.spoilt", "fault_x", "hz"]),
        st.text(max_size=8),
    ),
    st.integers(0, 255),
)
def test_whatever_anybody_publishes_gives_a_frame(values: dict[str, str], level: int) -> None:
    view = View(RobotConfig())
    for name in ("safety", "inference", "mujoco_bridge", "<script>"):
        view.hear_node(name, Said(level, "x", values), 1.0)
    assert set(view.frame(1.0, 0.0)) == set(View(RobotConfig()).frame(1.0, 0.0))


@pytest.mark.parametrize("wrong", [nan, inf, -inf])
def test_a_browser_can_read_the_frame_whatever_numbers_are_published(wrong: float) -> None:
    """JSON has none of these: a page that is given one shows nothing any more."""
    view = View(RobotConfig())
    view.hear_glance(glance(), 1.0)
    view.command.hear((0.1, wrong, 0.0), 1.0)
    view.features.hear([0.5, wrong], 1.0)
    frame = view.frame(1.0, 0.0)
    json.dumps(frame, allow_nan=False)
    assert frame["pose"]["asked"] is None
    assert frame["pose"]["speed"] == 0.5
    assert frame["features"] == []


def test_events_are_bounded() -> None:
    view = View(RobotConfig())
    for number in range(1000):
        view.line.add("note", str(number), float(number))
    shown: list[dict[str, Any]] = view.frame(1000.0, 5000.0)["events"]
    assert len(shown) == 60
    assert shown[0]["text"] == "999"
    assert shown[0]["time"] == 4999.0
    assert len(view.line.events) == 200


def test_latency_is_that_of_the_last_seconds() -> None:
    view = View(RobotConfig())
    view.latency.add([1.1, 1.2, 5.0, -3.0, 1e9], 0.0)
    assert view.latency.percentile_ms(0.5, 1.0) == 1.25
    assert view.latency.percentile_ms(0.99, 1.0) == 5.25
    assert sum(view.latency.counts(11.0)) == 0
    assert view.latency.percentile_ms(0.5, 11.0) is None


def test_a_robot_file_gives_the_limits() -> None:
    robot = RobotConfig()
    wheels = robot.wheels.model_copy(update={"max_torque": 9.0})
    view = View(robot.model_copy(update={"wheels": wheels}))
    assert view.frame(0.0, 0.0)["wheels"]["limit"] == 9.0
    assert replace(view).frame(0.0, 0.0)["wheels"]["limit"] == 9.0
