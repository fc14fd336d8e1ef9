"""Simulated drivers that speak as a robot's do: late, in another order, with joints of others."""

import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.samples import DepthSample, ImuSample, JointSample, Source
from ballbot_fusion.nodes.bridge_drivers import FrameLine
from ballbot_fusion.nodes.bridge_pace import Pace
from ballbot_fusion.nodes.bridge_requests import BridgeRequests
from ballbot_fusion.nodes.bridge_settings import BridgeSettings, CameraSettings
from ballbot_fusion.nodes.latency import LatencyMeter
from ballbot_fusion.nodes.mujoco_bridge import MujocoBridge
from ballbot_fusion.nodes.start_up import LaunchRefusedError, remappings
from ballbot_fusion.simulation.driver_side import DriverSettings, DriverSide

CONFIG = Path(__file__).parents[3] / "config" / "hardware"
MS = 1_000_000


def imu(stamp_ns: int) -> ImuSample:
    return ImuSample(Source.IMU, stamp_ns, stamp_ns, (0.0, 0.0, 0.0), (0.0, 0.0, 9.8))


def joints(stamp_ns: int) -> JointSample:
    values = (1.0, 2.0, 3.0)
    return JointSample(Source.ENCODERS, stamp_ns, stamp_ns, ("a", "b", "c"), values, values, values)


@pytest.mark.parametrize("period_ms", [1, 5])
def test_samples_are_late_by_what_is_said_and_never_overtake(period_ms: int) -> None:
    """At every step in real time, and at every fifth in lockstep."""
    side = DriverSide(DriverSettings(), 0)
    late: dict[Source, list[int]] = {Source.IMU: [], Source.ENCODERS: []}
    stamps: dict[Source, list[int]] = {Source.IMU: [], Source.ENCODERS: []}
    for now in range(period_ms * MS, 400 * MS, period_ms * MS):
        taken = range(now - (period_ms - 1) * MS, now + MS, MS)
        for sample in side.arrived([make(t) for t in taken for make in (imu, joints)], now):
            late[sample.source].append(now - sample.stamp_ns)
            stamps[sample.source].append(sample.stamp_ns)
    for source, found in late.items():
        assert min(found) >= 1 * MS
        assert max(found) <= (1 + 2 + period_ms) * MS
        assert len(set(found)) > 1, "jitter"
        assert stamps[source] == sorted(set(stamps[source]))


def test_other_joints_come_first_and_speeds_are_kept_back() -> None:
    shown = DriverSide(DriverSettings(), 0).shown(joints(0))
    assert shown.names == ("mast_joint", "c", "b", "a")
    assert shown.position == (0.0, 3.0, 2.0, 1.0)
    assert shown.velocity == shown.effort == ()


def test_frames_wait_for_their_latency() -> None:
    settings = CameraSettings()
    line = FrameLine(settings)
    image: Any = [[1]]
    frames = [DepthSample(s, 0, 0, image) for s in (Source.CAMERA_0, Source.CAMERA_1)]
    line.add(frames)
    assert line.due(round(settings.errors.depth.latency_s * 1e9) - 1) == []
    latest_s = settings.errors.depth.latency_s + settings.drivers.camera_jitter_s
    assert line.due(round(latest_s * 1e9) + 1) == frames
    assert line.due(10**12) == []


def test_names_of_topics_come_from_a_file(tmp_path: Path) -> None:
    assert remappings("") == []
    found = dict(remappings(str(CONFIG / "topics.yaml")))
    assert found["motor_array"] == "effort_controller/commands"
    assert not any(name.startswith("/") for name in found.values()), "they follow a namespace"
    assert found.keys() == yaml.safe_load((CONFIG / "topics.yaml").read_text()).keys()
    for text in ("", "- imu/data", "imu/data:", "imu/data: 3", "a: {b: c}", "\t: :"):
        wrong = tmp_path / "topics.yaml"
        wrong.write_text(text)
        with pytest.raises(LaunchRefusedError, match=r"(?s)topics.*(line|YAML)"):
            remappings(str(wrong))
    with pytest.raises(LaunchRefusedError, match="cannot read"):
        remappings(str(tmp_path / "none.yaml"))


class Physics:
    """A simulation on its stand, or released."""

    def __init__(self) -> None:
        self.time_ns, self.held = 60_000 * MS, False

    def reset(self, _: int) -> None:
        self.time_ns, self.held = 0, True

    def release(self) -> None:
        self.held = False


def asked_to_reset(bridge: Any) -> tuple[bool, str]:
    return BridgeRequests(bridge).reset()


def bridge_after_a_minute(mode: Mode) -> Any:
    bridge: Any = MujocoBridge.__new__(MujocoBridge)
    bridge.__dict__ |= {
        "settings": BridgeSettings(), "simulation": Physics(), "mode": mode.value,
        "faults": SimpleNamespace(restart=lambda *_: None, passed=lambda samples, _: samples),
        "latency": LatencyMeter(), "active": True, "hardware": None, "_stand": None,
        "publish_diagnostics": lambda: None, "_lockstep": None, "_shared": None,
        "_pace": Pace(), "_begins_ns": 0,
        "create_service": lambda *_: None,
        "_began": (time.monotonic_ns() - 60_000 * MS, 0), "_armed_at": None,
    }  # fmt: skip
    return bridge


@pytest.mark.parametrize("mode", list(Mode))
def test_a_reset_robot_waits_on_the_stand_for_safety_which_may_be_armed_all_along(
    mode: Mode,
) -> None:
    """Safety says its state when it changes: who is armed, and asked to arm, says nothing more."""
    bridge = bridge_after_a_minute(mode)
    success, message = asked_to_reset(bridge)
    assert success
    assert bridge.simulation.held == (mode is not Mode.ARMED)
    assert ("waiting for safety to arm" in message) == bridge.simulation.held


def test_the_real_time_factor_begins_anew_with_a_reset() -> None:
    bridge = bridge_after_a_minute(Mode.FAULT)
    asked_to_reset(bridge)
    time.sleep(0.05)
    bridge.simulation.time_ns = 50 * MS
    assert bridge.real_time_factor == pytest.approx(1.0, abs=0.5)


def restarted(bridge: Any) -> None:
    bridge.motors = SimpleNamespace(start=lambda: None)
    bridge.start()


@pytest.mark.parametrize("begun_anew", [asked_to_reset, restarted])
def test_what_was_under_way_holds_nothing_back_when_time_begins_anew(begun_anew) -> None:
    """Drivers never overtake themselves: all would wait until the minute has passed again."""
    bridge = bridge_after_a_minute(Mode.FAULT)
    bridge.hardware = DriverSide(DriverSettings(), 0)
    assert bridge.passed([imu(bridge.simulation.time_ns)]) == []
    begun_anew(bridge)
    assert bridge.simulation.held, "also when it was deactivated and activated"
    assert bridge.simulation.time_ns == 0
    assert bridge.passed([imu(0)]) == []
    bridge.simulation.time_ns = 10 * MS
    assert bridge.passed([]) == [imu(0)]
