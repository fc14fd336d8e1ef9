"""`ros2 launch` of the stand-in, with small processes."""

import importlib.util
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("launch._refuse") is None, reason="the real launch is installed here"
)

HEAD = """
from launch import LaunchDescription
from launch.actions import *
from launch.event_handlers import OnProcessExit, OnShutdown
from launch.events import Shutdown as ShutdownEvent
from launch.substitutions import *
from launch_ros.actions import Node
from launch_ros.parameter_descriptions import ParameterValue

def sh(script, **kwargs):
    return ExecuteProcess(cmd=["bash", "-c", script], output="screen", name="kid", **kwargs)
"""
FOREVER = "trap 'echo got int; exit 0' INT; echo ready; while :; do sleep 0.05; done"


def launch_file(folder: Path, *entities: str, setup: str = "") -> Path:
    path = folder / "x.launch.py"
    body = f"return LaunchDescription([{', '.join(entities)}])"
    path.write_text(f"{HEAD}\n{setup}\ndef generate_launch_description():\n    {body}\n")
    return path


def ros2(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = ["ros2", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=30)


def started(path: Path, *arguments: str) -> subprocess.Popen[str]:
    """A launch whose process has said that it is ready."""
    command = ["ros2", "launch", str(path), *arguments]
    launch = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert launch.stdout is not None
    assert any("ready" in line for line in launch.stdout)
    return launch


def test_output_carries_the_process_name(tmp_path: Path) -> None:
    done = ros2("launch", launch_file(tmp_path, "sh('echo out; echo err >&2; exit 3')"))
    assert done.returncode == 0
    assert "[kid-1] out\n" in done.stdout
    assert "[kid-1] err\n" in done.stdout
    assert "[INFO] [kid-1]: process started with pid [" in done.stdout
    assert "[ERROR] [kid-1]: process has died [pid " in done.stdout
    assert "exit code 3, cmd 'bash -c" in done.stdout


def test_show_args_in_the_layout_of_the_real_one(tmp_path: Path) -> None:
    path = launch_file(
        tmp_path,
        "DeclareLaunchArgument('mode', default_value='a', choices=['a', 'b'], description='A mode')",  # noqa: E501
        "DeclareLaunchArgument('file', default_value=LaunchConfiguration('mode'))",
    )
    assert ros2("launch", path, "--show-args").stdout == (
        "Arguments (pass arguments as '<name>:=<value>'):\n"
        "\n    'mode':\n        A mode. Valid choices are: ['a', 'b']\n        (default: 'a')\n"
        "\n    'file':\n        no description given\n        (default: LaunchConfig('mode'))\n"
    )


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("mode:=c", "provided value \"c\" is not valid. Valid options are: ['a', 'b']"),
        ("mode:=", "malformed launch argument 'mode:='"),
        ("mode", "malformed launch argument 'mode'"),
    ],
)
def test_bad_arguments_are_refused(tmp_path: Path, argument: str, said: str) -> None:
    path = launch_file(
        tmp_path,
        "DeclareLaunchArgument('mode', default_value='a', choices=['a', 'b'])",
        "sh('echo started')",
    )
    done = ros2("launch", path, "x:=1", argument)
    assert done.returncode == 1
    assert said in done.stdout + done.stderr
    assert "started" not in done.stdout


def test_a_required_argument_is_required(tmp_path: Path) -> None:
    done = ros2("launch", launch_file(tmp_path, "DeclareLaunchArgument('robot')"))
    assert done.returncode == 1
    assert 'Required launch argument "robot" was not provided.' in done.stdout


def test_every_given_pair_reaches_the_launch_file(tmp_path: Path) -> None:
    setup = "def show(context):\n    print(context.launch_configurations)\n"
    path = launch_file(tmp_path, "OpaqueFunction(function=show)", setup=setup)
    assert "{'a': '1', 'b': '3'}" in ros2("launch", path, "a:=1", "b:=2", "b:=3").stdout


def test_an_error_ends_what_was_started(tmp_path: Path) -> None:
    setup = "def fail(context):\n    raise RuntimeError('no such policy')\n"
    late = "TimerAction(period=0.5, actions=[OpaqueFunction(function=fail)])"
    done = ros2("launch", launch_file(tmp_path, f"sh({FOREVER!r})", late, setup=setup))
    assert done.returncode == 1
    assert "Caught exception in launch (see debug for traceback): no such policy" in done.stdout
    assert "[kid-1] got int" in done.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything(tmp_path: Path, number: signal.Signals) -> None:
    launch = started(launch_file(tmp_path, f"sh({FOREVER!r})"))
    launch.send_signal(number)
    output, _ = launch.communicate(timeout=10)
    assert launch.returncode == 0
    assert "[kid-1] got int" in output
    assert "sending signal 'SIGINT' to process[kid-1]" in output


def test_escalates_to_sigterm_then_sigkill(tmp_path: Path) -> None:
    deaf = "trap '' INT TERM; echo ready; while :; do sleep 0.05; done"
    kid = f"sh({deaf!r}, sigterm_timeout='0.2', sigkill_timeout='0.3')"
    launch = started(launch_file(tmp_path, kid))
    launch.send_signal(signal.SIGINT)
    output, _ = launch.communicate(timeout=10)
    assert "'0.2' seconds after receiving 'SIGINT', escalating to 'SIGTERM'" in output
    assert "'0.5' seconds after receiving 'SIGTERM', escalating to 'SIGKILL'" in output
    assert "exit code -9" in output
    assert launch.returncode == 0


def test_a_killed_launch_leaves_no_orphan(tmp_path: Path) -> None:
    launch = started(
        launch_file(tmp_path, f"sh({'echo $$ > ' + str(tmp_path / 'pid') + ';' + FOREVER!r})")
    )
    pid = int((tmp_path / "pid").read_text())
    launch.kill()
    launch.communicate(timeout=10)
    deadline = time.monotonic() + 5.0
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not Path(f"/proc/{pid}").exists()


def test_respawns_until_the_launch_ends(tmp_path: Path) -> None:
    path = launch_file(
        tmp_path,
        "sh('kill -9 $$', respawn=True, respawn_delay=0.1)",
        "TimerAction(period=1.0, actions=[Shutdown(reason='enough')])",
    )
    done = ros2("launch", path)
    assert done.returncode == 0
    started = done.stdout.count("process started with pid")
    killed, interrupted = (done.stdout.count(f"exit code {code}") for code in (-9, -2))
    assert started >= 4
    assert interrupted <= 1, "the launch may end while one is about to kill itself"
    assert killed + interrupted == started


def test_handlers_and_environment(tmp_path: Path) -> None:
    setup = (
        "kid = sh('echo $ONE $TWO', additional_env={'TWO': '2'})\n"
        "def bye(event, context):\n    return LogInfo(msg=['because ', event.reason])\n"
    )
    path = launch_file(
        tmp_path,
        "SetEnvironmentVariable('ONE', '1')",
        f"sh({FOREVER!r})",
        "kid",
        "RegisterEventHandler(OnProcessExit(target_action=kid,"
        " on_exit=[EmitEvent(event=ShutdownEvent(reason='kid left'))]))",
        "RegisterEventHandler(OnShutdown(on_shutdown=bye))",
        setup=setup,
    )
    done = ros2("launch", path)
    assert "[kid-2] 1 2\n" in done.stdout
    assert "[INFO] [launch.user]: because kid left" in done.stdout
    assert done.returncode == 0


def test_output_of_a_log_process_is_hidden_but_its_errors(tmp_path: Path) -> None:
    cmd = "ExecuteProcess(cmd=['bash', '-c', 'echo out; echo err >&2'])"
    done = ros2("launch", launch_file(tmp_path, cmd))
    assert "[bash-1] err" in done.stdout
    assert "[bash-1] out" not in done.stdout


def test_a_node_gets_ros_arguments(tmp_path: Path) -> None:
    shown = tmp_path / "node"
    shown.write_text(
        '#!/bin/bash\necho "$@"\nfor a in "$@"; do [[ -f $a ]] && cat $a; done\nexit 0\n'
    )
    shown.chmod(0o755)
    node = (
        f"Node(executable={str(shown)!r}, name='n', namespace='robot', output='screen',"
        " arguments=['--own'], remappings=[('a', 'b')], parameters=[{'rate': 200.0, 'on': True,"
        " 'n': LaunchConfiguration('n'), 'deep': {'list': [1, 2]},"
        " 'text': ParameterValue(LaunchConfiguration('n'), value_type=str)}])"
    )
    output = ros2("launch", launch_file(tmp_path, node), "n:=5").stdout
    assert "--own --ros-args -r __node:=n -r __ns:=/robot --params-file " in output
    assert " -r a:=b\n" in output
    for line in ("/robot/n:", "rate: 200.0", "'on': true", "n: 5", "deep.list:", "text: '5'"):
        assert line in output


def test_run_becomes_the_executable() -> None:
    done = ros2("run", "ballbot_fusion", "no_such_executable")
    assert done.returncode == 1
    assert "it has: ballbot, " in done.stderr


def test_other_verbs_say_what_to_use() -> None:
    done = ros2("topic", "list")
    assert done.returncode == 1
    assert "not part of the stand-in" in done.stderr
    assert "ballbot topics" in done.stderr


def test_finds_launch_files_in_the_package() -> None:
    done = ros2("launch", "ballbot_fusion", "no_such.launch.py")
    assert done.returncode == 1
    assert "sim.launch.py" in done.stderr
    assert "Traceback" not in done.stderr
    missing = ros2("launch", "no_such_package", "x.launch.py")
    assert "Package 'no_such_package' not found" in missing.stderr


def test_temporary_files_are_removed(tmp_path: Path) -> None:
    node = f"Node(executable={'/bin/true'!r}, parameters=[{{'a': 1}}])"
    path = launch_file(tmp_path, node)
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    subprocess.run(["ros2", "launch", path], env=env, capture_output=True, timeout=30, check=True)
    assert {p.name for p in tmp_path.iterdir()} <= {"x.launch.py", "__pycache__"}
