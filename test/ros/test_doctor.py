"""`ballbot doctor` beside the simulated hardware: right, and described wrongly."""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from rclpy.duration import Duration
from rclpy.qos import DurabilityPolicy, QoSProfile
from sensor_msgs.msg import CameraInfo, Image, Imu
from std_msgs.msg import Float64MultiArray
from support.hardware import CONFIG, HARDWARE, in_lockstep

from ballbot_fusion.core.topic_names import EFFORTS, VELOCITIES
from ballbot_fusion.operation.client import client
from ballbot_fusion.operation.diagnostics import Diagnostics
from ballbot_fusion.operation.launched import Launched

BUSY = {"processor: load", "rtprio in /etc/security/limits.conf"}
"""What is wrong with the machine that tests run on is not wrong with the robot."""


def described(folder: Path, **wrong: Any) -> Path:
    """A robot file with mistakes in it."""
    values = yaml.safe_load((HARDWARE / "robot.yaml").read_text())
    for part, changes in wrong.items():
        values[part] = changes if isinstance(changes, list) else {**values[part], **changes}
    shutil.copyfile(CONFIG / "robot.yaml", folder / "base.yaml")
    path = folder / "wrong.yaml"
    path.write_text(yaml.safe_dump({**values, "extends": "base.yaml"}))
    return path


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


def examined(
    robot: Path, folder: Path, *more: str, command_type: str = EFFORTS
) -> tuple[int, list[dict[str, str]]]:
    """Exit code and findings of the verb."""
    told = folder / "doctor.json"
    command = [
        "ballbot", "doctor", "--robot", str(robot), "--topics", str(HARDWARE / "topics.yaml"),
        "--command-type", command_type, "--json", str(told), "--yes", *more,
    ]  # fmt: skip
    run = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert told.exists(), run.stdout + run.stderr
    return run.returncode, json.loads(told.read_text())


def named(findings: list[dict[str, str]]) -> set[str]:
    return {f["parameter"] for f in findings if f["state"] == "failed"} - BUSY


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


@pytest.mark.usefixtures("ros_domain_id")
@pytest.mark.parametrize(
    ("commands", "command_type"), [("effort", EFFORTS), ("velocity", VELOCITIES)]
)
def test_it_tells_which_motor_turns_which_wheel_and_which_way(
    commands: str, command_type: str, tmp_path: Path
) -> None:
    """Beside the drivers alone: nobody else may command the motors meanwhile."""
    with (
        client(name="test") as operator,
        Launched(
            "hardware.launch.py", "depth_size:=64", f"commands:={commands}",
            log=tmp_path / "hardware",
        ) as drivers,
    ):  # fmt: skip
        said = Diagnostics(operator)
        assert said.await_(lambda v: v["mujoco_bridge"]["held"] == "True", 60.0), drivers.text
        wrong = described(tmp_path, motors={"direction": [-1, -1, 1]})
        code, found = examined(
            wrong, tmp_path, "--seconds", "2", "--motors", command_type=command_type
        )
        assert code == 1
        motors = {f["subject"]: f["parameter"] for f in found if f["check"] == "motor"}
        assert motors == {
            "all": "", "motor 1": "", "motor 3": "", "motor 2": "motors.direction",
        }, found  # fmt: skip
        assert "Traceback" not in drivers.text
