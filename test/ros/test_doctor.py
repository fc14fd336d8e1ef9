"""`ballbot doctor` beside the simulated hardware: right, and described wrongly."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from rclpy.duration import Duration
from rclpy.qos import DurabilityPolicy, QoSProfile
from sensor_msgs.msg import CameraInfo, Image, Imu
from std_msgs.msg import Float64MultiArray
from support.doctor import described, examined, named
from support.hardware import HARDWARE, in_lockstep

from ballbot_fusion.operation.client import client
from ballbot_fusion.operation.diagnostics import Diagnostics
from ballbot_fusion.operation.launched import Launched


@contextmanager
def load_on_all_cores() -> Iterator[None]:
    command = [sys.executable, "-c", "while True: pass"]
    burning = [subprocess.Popen(command) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for process in burning:
            process.kill()
            process.wait()


@pytest.mark.usefixtures("ros_domain_id")
def test_it_finds_nothing_on_a_right_robot_and_names_what_is_wrong_of_another(
    tmp_path: Path,
) -> None:
    hidden, config = in_lockstep(tmp_path)
    with (
        client(name="test") as operator,
        Launched(
            "hardware.launch.py", "mode:=lockstep", "depth_size:=212x120", f"hidden:={hidden}",
            log=tmp_path / "hardware",
        ) as drivers,
        Launched(
            "robot.launch.py", f"config:={config}", f"robot:={HARDWARE / 'robot.yaml'}",
            f"topics:={HARDWARE / 'topics.yaml'}", "command_type:=float64_multi_array",
            "record:=none", log=tmp_path / "robot",
        ) as robot,
    ):  # fmt: skip
        both = lambda: drivers.text + robot.text  # noqa: E731
        said = Diagnostics(operator)
        assert said.await_(lambda v: float(v["inference"]["ticks"]) > 100, 90.0), both()
        code, found = examined(HARDWARE / "robot.yaml", tmp_path, "--seconds", "4", "--guided")
        told = [f for f in found if f["state"] != "ok"]
        assert named(found) == set(), told
        seen = {f["check"] for f in found if f["state"] == "ok"}
        assert {"topic", "rate", "gravity", "tilt", "view", "heading", "cover", "sign"} <= seen, (
            told
        )
        assert code == any(f["state"] == "failed" for f in found)
        wrong = described(
            tmp_path, imu={"rpy_deg": [0.0, 0.0, 90.0], "frame_id": "imu_link"},
            encoders={"rate_hz": 1000.0},
        )  # fmt: skip
        with load_on_all_cores():
            code, found = examined(wrong, tmp_path, "--seconds", "3")
        assert code == 1
        assert named(found) == {"imu.rpy_deg", "imu.frame_id", "encoders.rate_hz"}
        assert "processor: load" in {f["parameter"] for f in found}
        assert "Traceback" not in both()


@pytest.mark.usefixtures("ros_domain_id")
def test_it_hears_what_is_wrong_with_drivers_on_the_graph(tmp_path: Path) -> None:
    """No IMU, wheels of a wrong type, a camera with a clock of its own, motors that never hear."""
    left, right = (f"robot/camera_{side}/depth/" for side in ("left", "right"))
    patient = QoSProfile(depth=1, durability=DurabilityPolicy.TRANSIENT_LOCAL)
    with client(name="drivers") as node:
        node.create_publisher(Imu, "joint_states", 10)
        node.create_subscription(Float64MultiArray, "effort_controller/commands", print, patient)
        cameras = [node.create_publisher(Image, f"{c}image_rect_raw", 10) for c in (left, right)]
        lenses = [node.create_publisher(CameraInfo, f"{c}camera_info", 10) for c in (left, right)]

        def send() -> None:
            image = Image(height=60, width=106, encoding="16UC1", step=212, data=bytes(60 * 212))
            while not over.wait(1.0 / 15.0):
                for ahead_s, camera, lens in zip((0.0, 2.0), cameras, lenses, strict=True):
                    stamp = node.get_clock().now() + Duration(seconds=ahead_s)
                    image.header.stamp = stamp.to_msg()
                    camera.publish(image)
                    lens.publish(CameraInfo(header=image.header, height=60, width=106))

        over = threading.Event()
        sending = threading.Thread(target=send)
        sending.start()
        try:
            code, found = examined(HARDWARE / "robot.yaml", tmp_path, "--seconds", "2")
        finally:
            over.set()
            sending.join()
    failed = {(f["check"], f["parameter"]) for f in found if f["state"] == "failed"}
    assert code == 1
    assert {
        ("topic", "topics: imu/data"),
        ("type", "topics: joint_states"),
        ("clock", "camera_1/depth/image_rect_raw: driver's clock"),
    } <= failed, failed
    assert any(c == "qos" and p.endswith("durability") for c, p in failed), failed
    assert ("clock", "camera_0/depth/image_rect_raw: driver's clock") not in failed
