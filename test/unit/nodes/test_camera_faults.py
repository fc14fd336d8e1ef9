"""Faults of cameras between the bridge and its camera process. Messages only: no node, no graph."""

from collections import deque
from collections.abc import Sequence

import numpy as np
import pytest
from unit.core.streams import MS, PERIOD_NS, ROBOT, depth, encoders
from unit.simulation.faults.rig import SETTINGS, of, said

from ballbot_fusion.core.cameras import with_cameras_for
from ballbot_fusion.core.samples import ImageSample, Sample, Source
from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.nodes import camera_state
from ballbot_fusion.nodes.bridge_faults import BridgeFaults
from ballbot_fusion.nodes.camera_bridge_faults import CameraFaults
from ballbot_fusion.nodes.camera_state import Told
from ballbot_fusion.simulation.faults import FaultLine, Order
from ballbot_fusion.simulation.faults.fault import CAMERAS
from ballbot_fusion.simulation.faults.switched import Directive
from ballbot_fusion.simulation.simulation import CameraSnapshot

STAMP_NS = 1_790_000_000_123_456_789
LATENCY_NS = round(SETTINGS.depth.latency_s * 1e9)
DIRECTIVES = (
    Directive(3, Order.of("camera_0 frozen for 3"), acts=True),
    Directive(12, Order.of("camera_1 late size 120 seed 7"), acts=False),
)


@pytest.mark.parametrize("directives", [(), DIRECTIVES])
@pytest.mark.parametrize("hold", [True, False])
@pytest.mark.parametrize("frame", [None, 17])
def test_what_the_cameras_are_told_comes_back(
    directives: tuple[Directive, ...], hold: bool, frame: int | None
) -> None:
    snapshot = None
    if frame is not None:
        qpos = np.array([-1.0, 0.3, 0.25, 0.6, 0.0, 0.0, -0.8, 0.1, 0.2])
        snapshot = CameraSnapshot(frame, STAMP_NS, qpos)
    found = camera_state.of_message(
        camera_state.to_message(Told(STAMP_NS, snapshot, directives, hold))
    )
    assert (found.stamp_ns, found.directives, found.hold) == (STAMP_NS, directives, hold)
    assert (found.snapshot is None) == (frame is None)
    if found.snapshot is not None and snapshot is not None:
        assert (found.snapshot.frame, found.snapshot.stamp_ns) == (frame, STAMP_NS)
        assert np.array_equal(found.snapshot.qpos, snapshot.qpos)


def test_what_the_cameras_report_comes_back() -> None:
    message = camera_state.report_message(STAMP_NS, [2, 0], {3: 90, 12: 1})
    assert camera_state.of_report(message) == (STAMP_NS, (2, 0), {3: 90, 12: 1})


def frames(stamp_ns: int) -> tuple[ImageSample, ...]:
    return tuple(depth(camera, stamp_ns, stamp_ns) for camera in CAMERAS)


def in_lockstep(changes: dict[int, str], periods: int = 120) -> tuple[list[list[Sample]], int]:
    """What arrives in each period: bridge and cameras as in lockstep, a frame every 7 periods."""
    bridge, cameras = BridgeFaults(ROBOT, SETTINGS, 1), CameraFaults(SETTINGS, 1)
    sent: deque[int] = deque()
    held: deque[int] = deque()
    arrived: list[list[Sample]] = []
    early: deque[ImageSample] = deque()
    faulty = False
    for number in range(1, periods + 1):
        now_ns = number * PERIOD_NS
        if number in changes:
            bridge.switch(changes[number], now_ns)
        directives = bridge.for_cameras(now_ns)
        hold, faulty = bool(directives) or faulty or bool(held), bool(directives)
        found: list[Sample] = []
        if number % 7 == 0:
            told = Told(now_ns, None, directives, hold)
            if hold:
                cameras.hold(frames(now_ns))
                held.append(now_ns)
            else:
                early += [
                    s for s in cameras.passed(frames(now_ns), told, now_ns)
                    if isinstance(s, ImageSample)
                ]  # fmt: skip
                sent.append(now_ns)
        while sent and sent[0] + LATENCY_NS <= now_ns:
            sent.popleft()
            found += [early.popleft() for _ in CAMERAS]
        if hold:
            while held and held[0] + LATENCY_NS <= now_ns:
                held.popleft()
            found += cameras.period_ended(Told(now_ns, None, directives, hold=True))
            bridge.hear_cameras(cameras.effects)
        arrived.append(found)
    counts = [int(v) for k, v in bridge.values(0).items() if k.endswith(".spoilt")]
    return arrived, sum(counts)


def planned(text: str, periods: int = 120) -> list[list[Sample]]:
    """The same as a plan has it, without ROS: see simulation/plant.py."""
    order = Order.of(text)
    line = FaultLine((order.fault,), SETTINGS, order.seed or 1, first=int(order.fault.source))
    under_way: deque[ImageSample] = deque()
    arrived = []
    for number in range(1, periods + 1):
        now_ns = number * PERIOD_NS
        if number % 7 == 0:
            under_way += frames(now_ns)
        due: list[Sample] = []
        while under_way and under_way[0].stamp_ns + LATENCY_NS <= now_ns:
            due.append(under_way.popleft())
        arrived.append(line.passed(due, now_ns, (now_ns + 1) * 1e-9))
    return arrived


@pytest.mark.parametrize(
    "fault", ["missing", "frozen", "late size 40", "jitter size 90", "duplicated", "black",
              "queued", "nan size 0.3 seed 5", "slow size 2", "burst size 3"],
)  # fmt: skip
def test_in_lockstep_a_fault_is_what_it_is_without_ros(fault: str) -> None:
    # From a moment at which no frame is under way: frames that left before are not touched.
    text = f"camera_0 {fault} for 0.2"
    first = 1 if fault.startswith("burst") else 45
    switched, spoilt = in_lockstep({first: text})
    expected = planned(f"{text} after {(first * PERIOD_NS) * 1e-9:g}")
    for camera in CAMERAS:
        assert [said(of([p], camera)) for p in switched] == [
            said(of([p], camera)) for p in expected
        ]
    assert spoilt > 0


def test_what_a_fault_held_back_goes_out_when_it_is_cleared() -> None:
    arrived, _ = in_lockstep({30: "camera_1 queued", 60: ""})
    healthy, _ = in_lockstep({})
    assert said(of(arrived, Source.CAMERA_1)) == said(of(healthy, Source.CAMERA_1))
    assert not of(arrived[31:59], Source.CAMERA_1)
    assert said(of(arrived, Source.CAMERA_0)) == said(of(healthy, Source.CAMERA_0))


def test_in_real_time_frames_pass_when_they_are_rendered_and_later_when_held() -> None:
    cameras = CameraFaults(SETTINGS, 1)
    directive = Directive(1, Order.of("camera_0 late size 20"), acts=True)
    now_ns = 10**12

    def passed(samples: Sequence[Sample]) -> list[Source]:
        return [sample.source for sample in samples]

    told = Told(STAMP_NS, None, (directive,))
    assert passed(cameras.passed(frames(STAMP_NS), told, now_ns)) == [Source.CAMERA_1]
    assert cameras.busy
    assert cameras.waited(now_ns + 19 * MS) == []
    assert passed(cameras.waited(now_ns + 20 * MS)) == [Source.CAMERA_0]
    assert cameras.effects == {1: 2}, "missed once, and come once when nothing was due"
    assert len(cameras.passed(frames(STAMP_NS + MS), Told(STAMP_NS, None), now_ns + 33 * MS)) == 2
    assert not cameras.busy


# --- the bridge ---


def test_what_is_over_leaves_the_parameter_and_its_count_stays() -> None:
    faults = BridgeFaults(ROBOT, SETTINGS, 1)
    faults.switch("imu missing for 0.01; camera_0 black", 0)
    assert faults.left(0) is None
    assert faults.passed([*frames(0)], 0)
    assert faults.left(10 * MS) == "camera_0 black"
    assert faults.left(10 * MS) is None
    faults.hear_cameras({2: 7})
    assert dict(faults.values(10 * MS)) == {
        "fault_1": "imu missing for 0.01", "fault_1.state": "over", "fault_1.spoilt": 0,
        "fault_2": "camera_0 black", "fault_2.state": "acting", "fault_2.spoilt": 7,
    }  # fmt: skip


def test_a_new_start_forgets_what_was_held_and_begins_anew() -> None:
    faults = BridgeFaults(ROBOT, SETTINGS, 1)
    faults.switch("encoders queued", 100 * PERIOD_NS)
    assert faults.passed([encoders(100 * PERIOD_NS)], 100 * PERIOD_NS) == []
    faults.restart("", PERIOD_NS)
    assert faults.idle
    assert faults.passed([], PERIOD_NS) == [], "its stamps are of the time before"
    faults.restart("encoders queued", PERIOD_NS)
    assert faults.passed([encoders(PERIOD_NS)], PERIOD_NS) == []
    said = dict(faults.values(PERIOD_NS))
    assert (said["fault_1.state"], said["fault_1.spoilt"]) == ("cleared", 1)
    assert (said["fault_2.state"], said["fault_2.spoilt"]) == ("acting", 1)


def test_colour_cannot_be_nan_and_is_refused_before_anything_changes() -> None:
    robot = with_cameras_for(ObservationSpec.of(["rgb_0", "rgb_1"]), ROBOT)
    faults = BridgeFaults(robot, SETTINGS, 1)
    faults.switch("camera_0 black", 0)
    with pytest.raises(ValueError, match="'camera_0 nan': Pixels of colour are integers"):
        faults.switch("camera_0 nan", 0)
    assert [d.order.text for d in faults.for_cameras(0)] == ["camera_0 black"]
