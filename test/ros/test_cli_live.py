"""`ballbot` against live nodes: the real bridge, inference and safety, as three processes."""

import json
import os
import pty
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from std_msgs.msg import String
from support.contrary import contrary_policy
from support.verbs import ROOT, ballbot, data_of

from ballbot_fusion.cli.main import VERBS
from ballbot_fusion.nodes import leaving, start_up
from ballbot_fusion.operation.client import client

LIVE = ("drive", "say", "arm", "disarm", "estop", "reset", "push", "fault", "param", "topics")


def eventually(attempt: Callable[[], bool], seconds: float = 30.0) -> bool:
    """Whether it works within ``seconds``: on a busy machine real-time sensors may pause."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if attempt():
            return True
    return False


def node(module: str, *parameters: str) -> subprocess.Popen[bytes]:
    given = [word for parameter in parameters for word in ("-p", parameter)]
    code = f"from ballbot_fusion.nodes.{module} import main; main()"
    command = [sys.executable, "-c", code, "--ros-args", *given]
    environment = {**os.environ, **start_up.environment("udp", "local")}
    return subprocess.Popen(command, cwd=ROOT, env=environment)


@pytest.fixture(scope="module")
def robot(
    module_ros_domain_id: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """A simulated robot on its stand, disarmed and in dry run."""
    policy = contrary_policy(tmp_path_factory.mktemp("policy"))
    nodes = [
        node("mujoco_bridge"),
        node("inference_node", f"policy:={policy}"),
        # On a busy machine sensors pause and this policy falls; neither is what is tested here.
        node("safety_node", "limits.imu_fault_s:=600.0", "limits.tilt_limit_deg:=180.0"),
    ]
    try:
        yield nodes
    finally:
        for process in nodes:
            process.terminate()
        for process in nodes:
            process.wait(10.0)


@pytest.mark.parametrize("verbs", [set(LIVE) - {"topics"}, {"topics"}], ids=["others", "topics"])
def test_every_live_verb_says_when_nobody_answers(ros_domain_id: int, verbs: set[str]) -> None:
    """`topics` runs alone: it would hear `drive`, and `drive` would be heard."""
    words = {
        "drive": ["--for", "1"], "say": ["stop"], "param": ["get", "safety", "dry_run"],
        "fault": ["imu", "late"],
    }  # fmt: skip
    assert verbs <= set(VERBS)
    running = {
        verb: subprocess.Popen(
            [sys.executable, "-m", "ballbot_fusion.cli.main", verb, *words.get(verb, [])],
            cwd=ROOT, text=True, stderr=subprocess.PIPE,
        )
        for verb in verbs
    }  # fmt: skip
    for verb, process in running.items():
        _, text = process.communicate(timeout=60)
        assert process.returncode == 1, verb
        assert f"ROS_DOMAIN_ID={ros_domain_id}" in text
        assert "Is the launch running" in text
        assert "Traceback" not in text


KEPT = """
import ctypes, sys
from rclpy.node import Node
Node.destroy_node = lambda self: ctypes.PyDLL(None).sleep(100)  # PyDLL keeps Python's lock
from ballbot_fusion.cli.main import main
sys.exit(main())
"""
"""`ballbot`, but the middleware never lets it go: see nodes/leaving.py."""


@pytest.mark.parametrize(
    ("words", "code"), [(["topics", "--seconds", "1", "--json", "-"], 0), (["arm"], 1)]
)
def test_who_is_kept_by_the_middleware_has_said_everything(
    ros_domain_id: int, words: list[str], code: int
) -> None:
    with client() as node:
        node.create_publisher(String, "/chatter", 1)
        done = subprocess.run(
            [sys.executable, "-c", KEPT, *words],
            cwd=ROOT, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
    assert done.returncode == code
    said = {row["topic"] for row in json.loads(done.stdout)} if words[0] == "topics" else set()
    assert ("/chatter" in said) == (code == 0)
    assert ("No node offers the service /safety/arm" in done.stderr) == (code == 1)
    assert leaving.WHY.decode() in done.stderr


@pytest.mark.usefixtures("robot")
def test_topics_with_types_rates_and_ages() -> None:
    def seen() -> bool:
        rows = {row["topic"]: row for row in data_of("topics", "--seconds", "1")}
        imu, encoders = rows.get("/imu/data"), rows.get("/joint_states")
        if not (imu and encoders and imu["rate_hz"] and "/safety/state" in rows):
            return False
        assert imu["type"] == "sensor_msgs/msg/Imu"
        assert imu["publishers"] == 1
        # Both are paced by the same loop: their ratio holds on a busy machine too.
        assert imu["messages"] == pytest.approx(2 * encoders["messages"], rel=0.1)
        assert 0.0 <= imu["age_ms"] < 1000.0
        return True

    assert eventually(seen)


@pytest.mark.usefixtures("robot")
def test_parameters_are_listed_read_set_and_refused() -> None:
    assert {"/safety", "/inference", "/mujoco_bridge"} <= set(data_of("param", "list")["nodes"])
    assert data_of("param", "list", "/safety")["limits.tilt_limit_deg"] == 180.0
    set_to = ("limits.arming_tilt_deg", "9.5")
    assert data_of("param", "set", "safety", *set_to) == {"limits.arming_tilt_deg": 9.5}
    assert data_of("param", "get", "safety", set_to[0]) == {"limits.arming_tilt_deg": 9.5}
    refused = ballbot("param", "set", "safety", set_to[0], "--", "-1.0")
    assert refused.returncode == 1
    assert "greater than 0" in refused.stderr
    unknown = ballbot("param", "get", "safety", "colour")
    assert unknown.returncode == 1
    assert "no parameter colour" in unknown.stderr


@pytest.mark.usefixtures("robot")
def test_arm_disarm_stop_and_back_on_the_stand() -> None:
    def armed() -> bool:
        assert ballbot("reset").returncode == 0
        return ballbot("arm").returncode == 0

    assert eventually(armed)
    assert data_of("disarm") == {"success": True, "message": "DISARMED"}
    assert eventually(armed)
    refused = ballbot("param", "set", "safety", "dry_run", "false")
    assert refused.returncode == 1
    assert "`ballbot disarm` first" in refused.stderr
    stopped = data_of("estop")
    assert stopped == {"success": True, "message": "FAULT"}
    assert eventually(armed), "arming releases the emergency stop"
    ballbot("disarm")


@pytest.mark.usefixtures("robot")
def test_who_arms_a_robot_that_lies_down_is_told_what_is_missing() -> None:
    """The fault is released, and is not why it stays disarmed."""

    def told() -> bool:
        assert ballbot("estop").returncode == 0
        answer = ballbot("arm")
        return answer.returncode == 1 and "expected ARMED or FALLBACK: DISARMED: not ready" in (
            " ".join(answer.stderr.split())
        )

    assert ballbot("reset").returncode == 0
    assert eventually(told), "without motors it falls"
    ballbot("reset")
    ballbot("disarm")


@pytest.mark.usefixtures("robot")
def test_push_sets_what_it_is_given() -> None:
    assert "25 N for 0.2 s" in data_of("push", "--force", "25", "--seconds", "0.2")["message"]
    assert data_of("param", "get", "mujoco_bridge", "push_force") == {"push_force": 25.0}
    refused = ballbot("push", "--force", "100000")
    assert refused.returncode == 1
    assert "push_force" in refused.stderr


@pytest.mark.usefixtures("robot")
def test_a_fault_is_switched_on_proven_and_over() -> None:
    (found,) = data_of("fault", "encoders", "late", "--size", "4", "--for", "1.5")
    assert found["text"] == "encoders late size 4 for 1.5"
    assert found["state"] == "over"
    assert found["spoilt"] > 100
    assert data_of("param", "get", "mujoco_bridge", "faults") == {"faults": ""}
    (again,) = data_of("fault", "encoders", "late", "--size", "4", "--for", "1.5")
    assert again["number"] == found["number"] + 1, "the same again begins anew"


@pytest.mark.usefixtures("robot")
def test_faults_are_in_force_beside_each_other_until_cleared() -> None:
    (first,) = data_of("fault", "imu", "noisy", "--size", "2")
    assert (first["state"], first["spoilt"] > 0) == ("acting", True)
    assert data_of("fault", "encoders", "nan", "--size", "0.1", "--seed", "4")
    both = {"faults": "imu noisy size 2; encoders nan size 0.1 seed 4"}
    assert data_of("param", "get", "mujoco_bridge", "faults") == both
    cleared = data_of("fault", "--clear")
    assert [entry["state"] for entry in cleared] == ["cleared", "cleared"]
    assert all(entry["spoilt"] > 0 for entry in cleared)
    assert data_of("param", "get", "mujoco_bridge", "faults") == {"faults": ""}


@pytest.mark.usefixtures("robot")
def test_a_fault_that_cannot_be_is_refused_by_the_bridge_too() -> None:
    refused = ballbot("param", "set", "mujoco_bridge", "faults", "camera_0 frzen for 3")
    assert refused.returncode == 1
    assert "camera_0 has no fault 'frzen'; it has missing, never" in refused.stderr
    listed = ("param", "set", "mujoco_bridge", "faults", "[imu late size 3 for 0.5]")
    assert data_of(*listed) == {"faults": ["imu late size 3 for 0.5"]}


@pytest.mark.usefixtures("robot")
def test_drive_for_a_time_ends_with_standing() -> None:
    # `drive` waits until somebody listens; on a busy machine that may be inference long before us.
    for seconds in (1, 4, 10):
        heard = _heard_on_cmd_vel(["--vx", "0.25", "--yaw", "-0.5", "--for", str(seconds)])
        moving = [velocity for velocity in heard if velocity != (0.0, 0.0, 0.0)]
        if moving:
            break
    assert set(moving) == {(0.25, 0.0, -0.5)}
    assert len(moving) <= 20 * seconds, "20 a second"
    assert heard[-1] == (0.0, 0.0, 0.0)


@pytest.mark.usefixtures("robot")
def test_drive_by_keys_until_q() -> None:
    user, program = pty.openpty()

    def press(process: subprocess.Popen[bytes]) -> None:
        time.sleep(0.1)
        while process.poll() is None and not heard_any[0]:
            os.write(user, b"\x1b[A")
            time.sleep(0.1)
        os.write(user, b"q")

    heard_any = [False]
    heard = _heard_on_cmd_vel(["--vx", "0.3"], stdin=program, beside=press, flag=heard_any)
    os.close(user)
    os.close(program)
    assert (pytest.approx(0.3), 0.0, 0.0) in heard
    assert heard[-1] == (0.0, 0.0, 0.0)


def _heard_on_cmd_vel(
    options: list[str],
    stdin: int | None = None,
    beside: Callable[[subprocess.Popen[bytes]], None] | None = None,
    flag: list[bool] | None = None,
) -> list[tuple[float, float, float]]:
    """Run `ballbot drive`; return every velocity that was published while it ran."""
    from threading import Thread

    import rclpy
    from geometry_msgs.msg import Twist

    from ballbot_fusion.operation.client import client

    heard: list[tuple[float, float, float]] = []

    def hear(message: Twist) -> None:
        heard.append((message.linear.x, message.linear.y, message.angular.z))
        if flag is not None and any(heard[-1]):
            flag[0] = True

    with client(name="listener") as listener:
        listener.create_subscription(Twist, "cmd_vel", hear, 100)
        command = [sys.executable, "-m", "ballbot_fusion.cli.main", "drive", *options]
        process = subprocess.Popen(command, cwd=ROOT, stdin=stdin, stderr=subprocess.DEVNULL)
        if beside is not None:
            Thread(target=beside, args=(process,), daemon=True).start()
        end = time.monotonic() + 40.0
        while process.poll() is None and time.monotonic() < end:
            rclpy.spin_once(listener, timeout_sec=0.05)
        for _ in range(10):
            rclpy.spin_once(listener, timeout_sec=0.02)
    assert process.wait(1.0) == 0
    return heard
