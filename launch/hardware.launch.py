"""Drivers of a simulated robot that offers only what real ones do; start robot.launch.py beside it.

It stands for the robot of config/hardware/robot.yaml, and differs from it a little.
"""

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, OpaqueFunction
from launch_ros.actions import Node

from ballbot_fusion.core.resources import share
from ballbot_fusion.launching.ending import required
from ballbot_fusion.nodes import namespaces, start_up
from ballbot_fusion.nodes.launch_arguments import SHARED
from ballbot_fusion.simulation.drivetrains import DRIVETRAINS
from ballbot_fusion.simulation.terrain import TERRAINS

ARGUMENTS = [
    DeclareLaunchArgument(
        "terrain", default_value="flat", choices=list(TERRAINS), description="Ground to stand on."
    ),
    DeclareLaunchArgument(
        "seed",
        default_value="0",
        description="Terrain, initial tilt, noise and jitter follow from this whole number.",
    ),
    DeclareLaunchArgument(
        "drivetrain",
        default_value="rollers",
        choices=list(DRIVETRAINS),
        description="How wheel torques reach the ball; ideal takes two thirds of the time and has "
        "no backlash, whatever simulation.yaml says.",
    ),
    DeclareLaunchArgument(
        "commands",
        default_value="effort",
        choices=["effort", "velocity"],
        description="What the motors' driver takes: efforts (robot.launch.py "
        "command_type:=float64_multi_array), or velocities "
        "(command_type:=float64_multi_array_velocity).",
    ),
    DeclareLaunchArgument(
        "depth_size", default_value="424x240", description="Size of the depth images, WIDTHxHEIGHT."
    ),
    DeclareLaunchArgument(
        "renderer",
        default_value="auto",
        choices=["auto", "egl", "rays"],
        description="How depth is rendered; auto: what is fast here.",
    ),
    DeclareLaunchArgument(
        "mode",
        default_value="real_time",
        choices=["real_time", "lockstep"],
        description="Pace: the clock, or every node in turn (its parameter lockstep must be true).",
    ),
    DeclareLaunchArgument(
        "hidden",
        default_value="",
        description="Folder with hidden_robot.yaml, simulation.yaml and topics.yaml; empty: the "
        "package's config/hardware.",
    ),
    DeclareLaunchArgument("namespace", **SHARED["namespace"]),
    DeclareLaunchArgument("network", **SHARED["network"]),
]


def _start(context):
    given = context.launch_configurations
    start_up.refuse_unknown(given, [argument.name for argument in ARGUMENTS])
    value = {argument.name: given[argument.name] for argument in ARGUMENTS}
    place = value["hidden"] or str(share() / "config" / "hardware")
    width, height = start_up.size_of(value["depth_size"])
    lockstep = value["mode"] == "lockstep"
    world = {
        "profile": "hardware",
        "robot": f"{place}/hidden_robot.yaml",
        "terrain": value["terrain"],
        "seed": start_up.whole_number_of("seed", value["seed"]),
        "lockstep": lockstep,
    }
    (namespace,) = namespaces.namespaces(value["namespace"])
    start_up.refuse_busy_domain("hardware", namespace)
    topics = start_up.remappings(f"{place}/topics.yaml")
    motors = {"drivetrain": value["drivetrain"], "drivers.commands": value["commands"]}
    if value["drivetrain"] == "ideal":
        motors["errors.motor_backlash_deg"] = 0.0

    def driver(executable, file, kind, **more):
        scheduling = {} if lockstep else start_up.SIMULATION[executable]
        return Node(
            package="ballbot_fusion",
            executable=executable,
            namespace=namespace,
            output="screen",
            parameters=[
                *start_up.parameter_files("", "simulation", file),
                *start_up.parameter_files(place, "simulation"),
                {**world, **more, **scheduling},
            ],
            remappings=topics,
            additional_env=dict(start_up.environment(kind, value["network"])),
            sigterm_timeout="3",
            sigkill_timeout="2",
        )

    bridge = driver("mujoco_bridge", "bridge", "udp", **motors)
    cameras = driver(
        "camera_bridge", "cameras", "camera",
        width=width, height=height, renderer=value["renderer"],
    )  # fmt: skip
    return [*required(bridge, "the bridge"), *required(cameras, "the cameras")]


def generate_launch_description():
    """Describe the drivers; see --show-args."""
    return LaunchDescription([*ARGUMENTS, OpaqueFunction(function=_start)])
