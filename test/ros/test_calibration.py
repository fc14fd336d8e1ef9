"""`ballbot calibrate` beside the simulated hardware: what is planted is found and written."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import atan2, degrees, radians, tan
from pathlib import Path
from typing import Any

import pytest
import yaml
from rclpy.node import Node
from std_srvs.srv import Trigger
from support.hardware import CONFIG, HARDWARE, in_lockstep
from support.terminal import at_terminal

from ballbot_fusion.core.robot import load_robot
from ballbot_fusion.operation.client import call, client
from ballbot_fusion.operation.diagnostics import Diagnostics
from ballbot_fusion.operation.launched import Launched

LEAN_DEG = (1.2, -0.8)
"""How the hidden robot leans in balance."""
MOUNT_DEG = (183.0, -2.5, 90.0)
RADIUS = 0.0465


def planted(hidden: Path) -> None:
    """Offsets that the owner's file does not have; no bias of the accelerometer beside them."""
    path = hidden / "hidden_robot.yaml"
    values = yaml.safe_load(path.read_text())
    height = values["base"]["com_height"]
    values["base"]["com_offset"] = [-height * tan(radians(angle)) for angle in LEAN_DEG]
    values["imu"]["rpy_deg"] = list(MOUNT_DEG)
    values["wheels"]["radius"] = RADIUS
    path.write_text(yaml.safe_dump(values))
    path = hidden / "simulation.yaml"
    text = path.read_text().replace("accelerometer_bias: 0.04", "accelerometer_bias: 0.0")
    path.write_text(text.replace("gyro_bias: 0.005", "gyro_bias: 0.03"))


def owners(folder: Path) -> Path:
    shutil.copyfile(CONFIG / "robot.yaml", folder / "robot.yaml")
    (folder / "mine").mkdir()
    path = folder / "mine" / "robot.yaml"
    path.write_text((HARDWARE / "robot.yaml").read_text())
    return path


def command_of(step: str, robot: Path, *more: str) -> list[str]:
    topics = str(HARDWARE / "topics.yaml")
    return ["ballbot", "calibrate", step, "--robot", str(robot), "--topics", topics, *more]


def calibrated(step: str, robot: Path, *more: str) -> tuple[int, dict[str, Any], str]:
    """Exit code, data and words of the verb."""
    told = robot.parent / "calibration.json"
    told.unlink(missing_ok=True)
    command = command_of(step, robot, "--json", str(told), *more)
    run = subprocess.run(
        command, capture_output=True, text=True, timeout=240, stdin=subprocess.DEVNULL
    )
    assert told.exists(), run.stdout + run.stderr
    return run.returncode, json.loads(told.read_text()), run.stderr


@contextmanager
def graph(
    folder: Path, hidden: Path, config: Path, robot: Path
) -> Iterator[tuple[Node, Callable[[], str]]]:
    """Drivers and robot, ticking in lockstep; an operator, and what both launches have said."""
    with (
        client(name="test") as operator,
        Launched(
            "hardware.launch.py", "mode:=lockstep", "depth_size:=64", f"hidden:={hidden}",
            log=folder / "hardware.log",
        ) as drivers,
        Launched(
            "robot.launch.py", f"config:={config}", f"robot:={robot}",
            f"topics:={HARDWARE / 'topics.yaml'}", "command_type:=float64_multi_array",
            "dry_run:=false", "record:=none", log=folder / "robot.log",
        ) as nodes,
    ):  # fmt: skip
        text = lambda: drivers.text + nodes.text  # noqa: E731
        said = Diagnostics(operator)
        assert said.await_(lambda v: float(v["inference"]["ticks"]) > 100, 90.0), text()
        yield operator, text


@pytest.mark.timeout(600)
@pytest.mark.usefixtures("ros_domain_id")
def test_planted_offsets_are_found_and_written(tmp_path: Path) -> None:
    hidden, config = in_lockstep(tmp_path)
    planted(hidden)
    robot = owners(tmp_path)
    first = robot.read_text()
    with graph(tmp_path, hidden, config, robot) as (_, text):
        code, found, words = calibrated("balance", robot)
        assert (code, "safety is DISARMED" in found["refused"]) == (1, True), words
        code, found, words = calibrated("imu", robot, "--seconds", "4")
        assert (code, found["written"]) == (0, False), words
        assert "--write writes it" in words
        assert robot.read_text() == first
        code, found, words = calibrated("imu", robot, "--seconds", "4", "--write")
        assert (code, found["written"]) == (0, True), words
        assert Path(found["old_file"]).read_text() == first
        assert max(map(abs, load_robot(str(robot)).imu.gyro_bias)) > 0.005
        code, found, words = calibrated("gravity", robot, "--seconds", "4", "--write")
        assert code == 0, words
        assert found["change"]["new"][:2] == pytest.approx(MOUNT_DEG[:2], abs=0.3)
        code, found, words = calibrated(
            "wheels", robot, "--distance", "1.2", "--seconds", "13", "--write"
        )
        assert code == 0, words
        assert found["change"]["new"] == pytest.approx(RADIUS, rel=0.02)
        assert "Traceback" not in text()
    # By the file as it is now; one that was not calibrated leans, and rolls away.
    with graph(tmp_path, hidden, config, robot) as (operator, text):
        said = Diagnostics(operator)
        assert any(
            call(operator, Trigger, "safety/arm", Trigger.Request()).success
            and said.await_(lambda v: v["safety"]["mode"] == "ARMED", 5.0)
            for _ in range(10)
        ), text()
        assert said.await_(lambda v: float(v["mujoco_bridge"]["upright_s"]) > 3.0, 120.0), text()
        code, found, words = calibrated("gravity", robot)
        assert (code, "safety is ARMED" in found["refused"]) == (1, True), words
        for more in ((), ("--turn", "--write")):
            code, found, words = calibrated("balance", robot, "--seconds", "18", *more)
            assert code == 0, words
            assert ("told apart" in found["remarks"][0]) == ("--turn" in more), words
            offset, height = found["change"]["new"], load_robot(str(robot)).base.com_height
            leans = [degrees(-atan2(along, height)) for along in offset]
            assert leans == pytest.approx(LEAN_DEG, abs=0.3)
        assert "Traceback" not in text()
    told, true = load_robot(str(robot)), load_robot(str(hidden / "hidden_robot.yaml"))
    for a, b, lean in zip(told.base.com_offset, true.base.com_offset, LEAN_DEG, strict=True):
        assert degrees(-atan2(a, told.base.com_height)) == pytest.approx(lean, abs=0.3)
        assert a * b > 0.0
    comments = [line.split("#")[1] for line in first.splitlines() if "#" in line]
    assert all(comment in robot.read_text() for comment in comments)


@pytest.mark.timeout(600)
@pytest.mark.usefixtures("ros_domain_id")
def test_at_a_terminal_it_waits_and_asks_before_it_writes(tmp_path: Path) -> None:
    hidden, config = in_lockstep(tmp_path)
    planted(hidden)
    robot = owners(tmp_path)
    first = robot.read_text()
    with graph(tmp_path, hidden, config, robot):
        for answer, writes in (("n", False), ("", False), ("y", True)):
            with at_terminal(command_of("imu", robot, "--seconds", "2")) as terminal:
                assert terminal.says("Enter to begin."), terminal.text
                assert not terminal.says("gyro at rest", seconds=1.0), "it did not wait"
                terminal.types("\n")
                assert terminal.says("y/N"), terminal.text
                assert f"Writeitinto{robot}?" in "".join(terminal.text.split())  # lines are broken
                assert robot.read_text() == first, "it did not wait for the answer"
                terminal.types(f"{answer}\n")
                assert terminal.ends() == 0, terminal.text
            assert ("Nothing was written" in terminal.text) != writes
            assert ("the old file is" in terminal.text) == writes
            assert (robot.read_text() != first) == writes
    assert max(map(abs, load_robot(str(robot)).imu.gyro_bias)) > 0.005
    (kept,) = robot.parent.glob("robot.yaml.*")
    assert kept.read_text() == first
