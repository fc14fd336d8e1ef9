"""A recording played to the nodes: inference, where asked for safety, and the dashboard.

Nothing moves: no driver is started, and safety runs in dry run on topics of its own.
"""

from pathlib import Path

import yaml
from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, OpaqueFunction
from launch_ros.actions import Node

from ballbot_fusion.core.resources import share
from ballbot_fusion.core.samples import Source
from ballbot_fusion.core.topic_names import image_topics, info_topic
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.launching.ending import required
from ballbot_fusion.nodes import start_up
from ballbot_fusion.nodes.launch_arguments import SHARED
from ballbot_fusion.recording.bag_reader import open_bag
from ballbot_fusion.recording.playback import played, policy_file

ARGUMENTS = [
    DeclareLaunchArgument("bag", default_value="", description="The recording; needed."),
    DeclareLaunchArgument(
        "policy",
        default_value="",
        description="Another policy to answer; empty: the one that drove.",
    ),
    DeclareLaunchArgument("rate", default_value="1", description="Times as fast as recorded."),
    DeclareLaunchArgument(
        "safety",
        default_value="false",
        choices=["true", "false"],
        description="true: safety in dry run, too; it speaks on replay/motor_commands and so on.",
    ),
    DeclareLaunchArgument(
        "summary", default_value="", description="File for the figures at the end (JSON)."
    ),
    DeclareLaunchArgument("config", **SHARED["config"]),
    DeclareLaunchArgument("network", **SHARED["network"]),
    DeclareLaunchArgument("dashboard", **SHARED["dashboard"]),
    DeclareLaunchArgument("dashboard_port", **SHARED["dashboard_port"]),
]
OURS = {
    Source.IMU: "imu/data",
    Source.ENCODERS: "joint_states",
    Source.MOTORS: "motor_commands",
    Source.COMMAND: "cmd_vel",
    Source.INSTRUCTION: "instruction",
}
"""What we call the topics that a recording may call otherwise."""
APART = ("motor_commands", "motor_array", "motor_velocities", "safety/state")
"""What safety says: the recording has its own."""


def _node(executable, parameters, *, value, remappings, kind="udp"):
    return Node(
        package="ballbot_fusion",
        executable=executable,
        namespace=value["namespace"],
        output="screen",
        parameters=[
            *start_up.parameter_files(value["config"], executable),
            parameters,
        ],
        remappings=remappings,
        additional_env=dict(start_up.environment(kind, value["network"])),
        sigterm_timeout="3",
        sigkill_timeout="2",
    )


def _terms(contract):
    """Parameters of inference that a recording's ticks were made by, besides policy and robot."""
    limits = contract.limits.model_dump()
    return {
        "stamped_command": contract.stamped_command,
        "instruction_lasts_s": contract.instruction_lasts_s,
        **{f"limits.{name}": limit for name, limit in limits.items()},
    }


def _files(value):
    """Return recording, contract, policy file and robot file; refuse what is not there."""
    if not value["bag"]:
        raise start_up.LaunchRefusedError(
            "bag is empty: give the recording to play, bag:=FILE_OR_FOLDER."
        )
    bag = open_bag(Path(value["bag"]).expanduser())
    found = played(bag)
    folder = start_up.own_folder("replay")
    if value["policy"]:
        policy = policy_path(value["policy"]).absolute()
    else:
        policy = policy_file(bag, found, share() / "models", folder)
    robot = folder / "robot.yaml"
    robot.write_text(yaml.safe_dump(found.contract.robot.model_dump(mode="json")))
    runtime = PolicyRuntime.load(policy, found.contract.robot)
    return found.contract, str(policy), str(robot), runtime


def _start(context):
    given = context.launch_configurations
    start_up.refuse_unknown(given, [argument.name for argument in ARGUMENTS])
    value = {argument.name: given[argument.name] for argument in ARGUMENTS}
    rate = start_up.number_of("rate", value["rate"])
    contract, policy, robot, runtime = _files(value)
    # Where it was recorded: names that nobody changed are then those of the recording.
    value["namespace"] = contract.namespace
    start_up.refuse_busy_domain("launch", contract.namespace)
    start_up.remove_leftovers()
    images = image_topics(contract.robot)
    recorded = [
        (ours, contract.topics[source.name])
        for source, ours in {**OURS, **images}.items()
        if source.name in contract.topics
    ]
    recorded += [
        (info_topic(ours), info_topic(contract.topics[source.name]))
        for source, ours in images.items()
        if source.name in contract.topics
    ]
    player = _node(
        "player",
        {"bag": str(Path(value["bag"]).expanduser().absolute()), "rate": rate,
         "summary": value["summary"]},
        value=value, remappings=[], kind="camera",
    )  # fmt: skip
    inference = _node(
        "inference",
        {"policy": policy, "robot": robot, **_terms(contract)},
        value=value, remappings=recorded, kind="camera",
    )  # fmt: skip
    nodes = [*required(inference, "inference"), *required(player, "the player")]
    if value["safety"] == "true":
        apart = [pair for pair in recorded if pair[0] not in APART]
        safety = _node(
            "safety",
            {"robot": robot, "control_rate": float(runtime.metadata.control_rate_hz),
             "auto_arm": False, "dry_run": True},
            value=value, remappings=[*apart, *((name, f"replay/{name}") for name in APART)],
        )  # fmt: skip
        nodes += required(safety, "safety")
    if value["dashboard"] == "true":
        port = start_up.whole_number_of("dashboard_port", value["dashboard_port"])
        parameters = {"robot": robot, "port": port, "expected": ["inference", "player"]}
        nodes.append(
            _node("dashboard", parameters, value=value, remappings=recorded, kind="camera")
        )
    return nodes


def generate_launch_description():
    """Describe the player and its listeners; see --show-args."""
    return LaunchDescription([*ARGUMENTS, OpaqueFunction(function=_start)])
