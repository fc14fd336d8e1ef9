"""Simulated robots: of each MuJoCo bridge, cameras, inference, safety and a status line.

Several share the graph. Each has a world of its own, so that it does what it does alone; or all
share one (``world:=shared``), so that they see and touch one another.
"""

from functools import partial

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, OpaqueFunction
from launch_ros.actions import Node

from ballbot_fusion.core.robot import load_robot
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.launching.ending import (
    brought_back,
    kept_alive,
    required,
    required_until_all_end,
    until_done,
)
from ballbot_fusion.launching.rviz import rviz_of
from ballbot_fusion.nodes import namespaces, start_up
from ballbot_fusion.nodes.launch_arguments import SHARED
from ballbot_fusion.simulation.drivetrains import DRIVETRAINS
from ballbot_fusion.simulation.faults import words
from ballbot_fusion.simulation.faults.fault import SENSORS
from ballbot_fusion.simulation.faults.order import kinds_of
from ballbot_fusion.simulation.policy_faults.possible import possible
from ballbot_fusion.simulation.terrain import TERRAINS

PACKAGE = "ballbot_fusion"
ARGUMENTS = [
    DeclareLaunchArgument("policy", **SHARED["policy"]),
    DeclareLaunchArgument(
        "robots",
        default_value="1",
        description="How many robots; several are in namespaces robot_1, robot_2, ..., with "
        "seed, seed + 1, ... and dashboard_port, dashboard_port + 1, ...",
    ),
    DeclareLaunchArgument(
        "world",
        default_value="own",
        choices=["own", "shared"],
        description="Of several robots: each in a world of its own, or all in one, where they see "
        "and touch one another, on the ground of seed.",
    ),
    DeclareLaunchArgument("namespace", **SHARED["namespace"]),
    DeclareLaunchArgument(
        "terrain",
        default_value="flat",
        choices=list(TERRAINS),
        description="Ground to stand on.",
    ),
    DeclareLaunchArgument(
        "seed",
        default_value="0",
        description="Terrain, initial tilt, noise and biases follow from this whole number.",
    ),
    DeclareLaunchArgument(
        "drivetrain",
        default_value="ideal",
        choices=list(DRIVETRAINS),
        description="How wheel torques reach the ball.",
    ),
    DeclareLaunchArgument(
        "robot", default_value="", description="Robot file (YAML); empty: config/robot.yaml."
    ),
    DeclareLaunchArgument(
        "depth_size", default_value="64x64", description="Size of the depth images, WIDTHxHEIGHT."
    ),
    DeclareLaunchArgument(
        "renderer",
        default_value="auto",
        choices=["auto", "egl", "rays"],
        description="How depth is rendered; auto: rays in lockstep, else what is fast here.",
    ),
    DeclareLaunchArgument(
        "pre_rendered",
        default_value="0",
        description="Publish a ring of this many frames rendered at the start; 0: render each.",
    ),
    DeclareLaunchArgument(
        "mode",
        default_value="real_time",
        choices=["real_time", "lockstep"],
        description="Pace: the clock, or every node in turn (the same bits on any machine).",
    ),
    DeclareLaunchArgument(
        "headless",
        default_value="true",
        choices=["true", "false"],
        description="false opens MuJoCo's viewer; that needs a screen.",
    ),
    DeclareLaunchArgument(
        "duration",
        default_value="0",
        description="End this many seconds after arming; 0: run until Ctrl-C.",
    ),
    DeclareLaunchArgument(
        "summary",
        default_value="",
        description="File for the run's figures (JSON) at the end; in a namespace, of run.json "
        "run_robot_1.json.",
    ),
    DeclareLaunchArgument(
        "lose",
        default_value="",
        description="Lockstep: lose one message (imu:N, joints:N, policy:N), to see that it shows.",
    ),
    DeclareLaunchArgument(
        "faults",
        default_value="",
        description="Faults from the start: of sensors, such as 'imu nan after 5 for 0.02', and, "
        "with policy_faults:=true, of the policy, such as 'policy nan after 5 for 1'.",
    ),
    DeclareLaunchArgument(
        "policy_faults",
        default_value="false",
        choices=["true", "false"],
        description="true: an inference process whose policy can be made to fail, from the start "
        "or by `ballbot fault policy ...`.",
    ),
    DeclareLaunchArgument(
        "record",
        default_value=start_up.NO_RECORDING,
        description="Folder for recordings (MCAP), such as recordings, in a namespace a folder of "
        "its name therein; none: record nothing.",
    ),
    DeclareLaunchArgument("config", **SHARED["config"]),
    DeclareLaunchArgument("network", **SHARED["network"]),
    DeclareLaunchArgument("rviz", **SHARED["rviz"]),
    DeclareLaunchArgument("dashboard", **SHARED["dashboard"]),
    DeclareLaunchArgument("dashboard_port", **SHARED["dashboard_port"]),
]


FILES = {
    "mujoco_bridge": ("simulation", "bridge"),
    "camera_bridge": ("simulation", "cameras"),
    "inference": ("inference",),
    "failing_inference": ("inference",),
    "safety": ("safety",),
    "monitor": ("monitor",),
    "recorder": ("recorder",),
    "dashboard": ("dashboard",),
}
"""Parameter files of each executable, in config/."""


def _node(executable, parameters, *, value, kind="udp", arguments=()):
    place = {} if parameters.get("lockstep", False) else start_up.SIMULATION.get(executable, {})
    return Node(
        package=PACKAGE,
        executable=executable,
        namespace=value["namespace"],
        output="screen",
        arguments=arguments,
        parameters=[
            *start_up.parameter_files(value["config"], *FILES[executable]),
            {**parameters, **place},
        ],
        additional_env=dict(start_up.environment(kind, value["network"])),
        sigterm_timeout="3",
        sigkill_timeout="2",
    )


def _dashboard(value):
    """Look at it all, and be needed by nothing: its end ends nothing else."""
    kinds = [f"{s.name.lower()} {kind}" for s in SENSORS for kind in kinds_of(s)]
    if value["policy_faults"] == "true":
        lockstep = value["mode"] == "lockstep"
        kinds += [f"{words.POLICY} {kind}" for kind in possible(lockstep=lockstep)]
    parameters = {
        "robot": value["robot"],
        "port": value["dashboard_port"],
        "expected": ["mujoco_bridge", "cameras", "inference", "safety"],
        "fault_kinds": kinds,
    }
    return _node("dashboard", parameters, value=value, kind="camera")


def _world(value, pace):
    """What bridge and cameras must agree on."""
    return {
        "robot": value["robot"],
        "terrain": value["terrain"],
        **pace,
        "seed": value["seed"],
        **value["among"],
    }


def _bridge(value, pace, namespaces=()):
    """Stand in for the drivers of one robot, or of those in ``namespaces``, who share a world."""
    parameters = {
        **_world(value, pace),
        "drivetrain": value["drivetrain"],
        "control_rate": value["rate"],
        "lose": value["lose"],
        "faults": words.apart(value["faults"])[0],
        "duration": start_up.number_of("duration", value["duration"]),
        "viewer": value["headless"] == "false",
    }
    if namespaces:
        value = {**value, "namespace": None}  # each of its nodes has one of its own
    node = _node("mujoco_bridge", parameters, value=value, arguments=list(namespaces))
    return required(node, "the bridge")


def _cameras(value, pace):
    """Render what the robot sees."""
    width, height = start_up.size_of(value["depth_size"])
    # In lockstep the same bits on any machine, and as the closed loop without ROS has them.
    chosen = "rays" if pace["lockstep"] and value["renderer"] == "auto" else value["renderer"]
    parameters = {
        **_world(value, pace),
        "width": width,
        "height": height,
        "renderer": chosen,
        "pre_rendered": start_up.whole_number_of("pre_rendered", value["pre_rendered"]),
    }
    cameras = _node("camera_bridge", parameters, value=value, kind="camera")
    return required(cameras, "the cameras")


def _inference(value, pace):
    """Return what starts the policy's process: one that can be made to fail where asked for."""
    parameters = {"policy": value["policy"], "robot": value["robot"], **pace}
    _, faults = words.apart(value["faults"])
    executable = "inference"
    if value["policy_faults"] == "true":
        executable = "failing_inference"
        parameters.update(faults=faults, seed=value["seed"])
    elif faults:
        raise start_up.LaunchRefusedError(
            f"faults names {faults!r}, and inference does nothing but its work: give "
            "policy_faults:=true, too."
        )
    return partial(_node, executable, parameters, value=value, kind="camera")


def _robot(value, model):
    """All nodes of one robot but its monitor; ``model`` is its robot file, read.

    In a shared world the first brings the bridge of all.
    """
    lockstep = value["mode"] == "lockstep"
    pace = {"lockstep": lockstep, "recorded": value["record"] != start_up.NO_RECORDING}
    others = value["sharing"][1:]
    drivers = [] if value["namespace"] in others else _bridge(value, pace, value["sharing"])
    drivers += _cameras(value, pace)
    inference = _inference(value, pace)
    safety = partial(
        _node,
        "safety",
        {
            "robot": value["robot"],
            **pace,
            "control_rate": float(value["rate"]),
            "auto_arm": True,
            "dry_run": False,
        },
        value=value,
    )
    # In lockstep nobody waits for a successor: what the others do until then would be chance.
    if lockstep:
        nodes = [*drivers, inference(), *required(safety(), "safety")]
    else:
        thinker = brought_back(inference, "inference", after_s=0.2)
        nodes = [*drivers, *thinker, *kept_alive(safety, "safety")]
    if directory := start_up.recordings(value["record"], value["namespace"]):
        parameters = {"directory": directory, "robot": value["robot"], "lockstep": lockstep}
        recorder = partial(_node, "recorder", parameters, value=value, kind="camera")
        nodes += [recorder()] if lockstep else until_done(recorder, after_s=0.2)
    if value["dashboard"] == "true":
        nodes.append(_dashboard(value))
    if value["rviz"] == "true":
        nodes += rviz_of(
            model, value["namespace"], network=value["network"], simulated_time=lockstep
        )
    return nodes


def _start(context):
    given = context.launch_configurations
    start_up.refuse_unknown(given, [argument.name for argument in ARGUMENTS])
    value = {argument.name: given[argument.name] for argument in ARGUMENTS}
    model = load_robot(value["robot"])
    runtime = PolicyRuntime.load(policy_path(value["policy"]), model)
    value["rate"] = int(runtime.metadata.control_rate_hz)
    seed, port = (start_up.whole_number_of(n, value[n]) for n in ("seed", "dashboard_port"))
    found = namespaces.namespaces(value["namespace"], value["robots"])
    shared = value["world"] == "shared" and len(found) > 1
    robots = [
        {
            **value,
            "namespace": namespace,
            "seed": seed if shared else seed + number,
            "sharing": found if shared else [],
            "among": {"robots": len(found), "place": number} if shared else {},
            "dashboard_port": port + number,
            "summary": namespaces.own_file(value["summary"], namespace),
        }
        for number, namespace in enumerate(found)
    ]
    for namespace in found:
        start_up.refuse_busy_domain("launch", namespace)
    start_up.remove_leftovers()
    nodes = [node for robot in robots for node in _robot(robot, model)]
    monitors = [_node("monitor", {"summary": r["summary"]}, value=r) for r in robots]
    return [*nodes, *required_until_all_end(monitors, "the monitor")]


def generate_launch_description():
    """Describe the simulation; see --show-args."""
    return LaunchDescription([*ARGUMENTS, OpaqueFunction(function=_start)])
