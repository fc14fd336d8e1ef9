"""The simulated robot: MuJoCo bridge, cameras, inference, safety and a status line."""

from functools import partial

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, OpaqueFunction
from launch_ros.actions import Node

from ballbot_fusion.core.robot import load_robot
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.launching.ending import kept_alive, required
from ballbot_fusion.nodes import start_up
from ballbot_fusion.nodes.launch_arguments import SHARED
from ballbot_fusion.simulation.drivetrains import DRIVETRAINS
from ballbot_fusion.simulation.faults.fault import SENSORS
from ballbot_fusion.simulation.faults.order import kinds_of
from ballbot_fusion.simulation.terrain import TERRAINS

PACKAGE = "ballbot_fusion"
ARGUMENTS = [
    DeclareLaunchArgument("policy", **SHARED["policy"]),
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
        "summary", default_value="", description="File for the run's figures (JSON) at the end."
    ),
    DeclareLaunchArgument(
        "lose",
        default_value="",
        description="Lockstep: lose one message (imu:N, joints:N, policy:N), to see that it shows.",
    ),
    DeclareLaunchArgument(
        "faults",
        default_value="",
        description="Faults of sensors from the start, such as 'imu nan after 5 for 0.02'.",
    ),
    DeclareLaunchArgument(
        "record",
        default_value=start_up.NO_RECORDING,
        description="Folder for recordings (MCAP), such as recordings; none: record nothing.",
    ),
    DeclareLaunchArgument("config", **SHARED["config"]),
    DeclareLaunchArgument("network", **SHARED["network"]),
    DeclareLaunchArgument("dashboard", **SHARED["dashboard"]),
    DeclareLaunchArgument("dashboard_port", **SHARED["dashboard_port"]),
]


FILES = {
    "mujoco_bridge": ("simulation", "bridge"),
    "camera_bridge": ("simulation", "cameras"),
    "inference": ("inference",),
    "safety": ("safety",),
    "monitor": ("monitor",),
    "recorder": ("recorder",),
    "dashboard": ("dashboard",),
}
"""Parameter files of each executable, in config/."""


def _node(executable, parameters, *, value, kind="udp", respawn=False):
    place = {} if parameters.get("lockstep", False) else start_up.SIMULATION.get(executable, {})
    return Node(
        package=PACKAGE,
        executable=executable,
        output="screen",
        parameters=[
            *start_up.parameter_files(value["config"], *FILES[executable]),
            {**parameters, **place},
        ],
        additional_env=dict(start_up.environment(kind, value["network"])),
        respawn=respawn,
        respawn_delay=0.2,
        sigterm_timeout="3",
        sigkill_timeout="2",
    )


def _dashboard(value):
    """Look at it all, and be needed by nothing: its end ends nothing else."""
    kinds = [f"{s.name.lower()} {kind}" for s in SENSORS for kind in kinds_of(s)]
    parameters = {
        "robot": value["robot"],
        "port": int(start_up.number_of("dashboard_port", value["dashboard_port"])),
        "expected": ["mujoco_bridge", "cameras", "inference", "safety"],
        "fault_kinds": kinds,
    }
    return _node("dashboard", parameters, value=value, kind="camera")


def _start(context):
    given = context.launch_configurations
    start_up.refuse_unknown(given, [argument.name for argument in ARGUMENTS])
    value = {argument.name: given[argument.name] for argument in ARGUMENTS}
    lockstep = value["mode"] == "lockstep"
    runtime = PolicyRuntime.load(policy_path(value["policy"]), load_robot(value["robot"]))
    rate = int(runtime.metadata.control_rate_hz)
    width, height = start_up.size_of(value["depth_size"])
    pace = {"lockstep": lockstep, "recorded": value["record"] != start_up.NO_RECORDING}
    world = {
        "robot": value["robot"],
        "terrain": value["terrain"],
        **pace,
        "seed": int(start_up.number_of("seed", value["seed"])),
    }
    start_up.refuse_busy_domain()
    start_up.remove_leftovers()
    bridge = _node(
        "mujoco_bridge",
        {
            **world,
            "drivetrain": value["drivetrain"],
            "control_rate": rate,
            "lose": value["lose"],
            "faults": value["faults"],
            "duration": start_up.number_of("duration", value["duration"]),
            "viewer": value["headless"] == "false",
        },
        value=value,
    )
    cameras = _node(
        "camera_bridge",
        {
            **world,
            "width": width,
            "height": height,
            # In lockstep the same bits on any machine, and as the closed loop without ROS has them.
            "renderer": "rays" if lockstep and value["renderer"] == "auto" else value["renderer"],
            "pre_rendered": int(start_up.number_of("pre_rendered", value["pre_rendered"])),
        },
        value=value,
        kind="camera",
    )
    inference = _node(
        "inference",
        {
            "policy": value["policy"],
            "robot": value["robot"],
            **pace,
        },
        value=value,
        kind="camera",
        respawn=not lockstep,
    )
    safety = partial(
        _node,
        "safety",
        {
            "robot": value["robot"],
            **pace,
            "control_rate": float(rate),
            "auto_arm": True,
            "dry_run": False,
        },
        value=value,
    )
    monitor = _node("monitor", {"summary": value["summary"]}, value=value)
    # In lockstep nobody waits for a successor: what the others do until then would be chance.
    guard = kept_alive(safety, "safety") if not lockstep else required(safety(), "safety")
    nodes = [
        *required(bridge, "the bridge"),
        *required(cameras, "the cameras"),
        inference,
        *guard,
        *required(monitor, "the monitor"),
    ]
    if directory := start_up.recordings(value["record"]):
        parameters = {"directory": directory, "robot": value["robot"], "lockstep": lockstep}
        respawn = not lockstep
        nodes.append(_node("recorder", parameters, value=value, kind="camera", respawn=respawn))
    if value["dashboard"] == "true":
        nodes.append(_dashboard(value))
    return nodes


def generate_launch_description():
    """Describe the simulation; see --show-args."""
    return LaunchDescription([*ARGUMENTS, OpaqueFunction(function=_start)])
