"""The robot itself: inference and safety, disarmed and in dry run until told otherwise."""

from functools import partial

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, OpaqueFunction
from launch_ros.actions import Node

from ballbot_fusion.core.robot import load_robot
from ballbot_fusion.core.topic_names import JOINT_STATES, MOTOR_TOPICS, VELOCITIES
from ballbot_fusion.core.velocity_loop import VelocityLoop
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.launching.ending import brought_back, kept_alive, required, until_done
from ballbot_fusion.launching.rviz import rviz_of
from ballbot_fusion.nodes import namespaces, start_up
from ballbot_fusion.nodes.launch_arguments import SHARED

PACKAGE = "ballbot_fusion"
ARGUMENTS = [
    DeclareLaunchArgument("policy", **SHARED["policy"]),
    DeclareLaunchArgument(
        "robot", default_value="", description="Your robot file (YAML); empty: config/robot.yaml."
    ),
    DeclareLaunchArgument(
        "cameras",
        default_value="both",
        choices=["both", "camera_0", "camera_1", "none"],
        description="Cameras that inference listens to; the others are masked, as if they were not "
        "there: with one it drives slowly, with none it stands. Mounts are the robot file's.",
    ),
    DeclareLaunchArgument(
        "dry_run",
        default_value="true",
        choices=["true", "false"],
        description="true: compute everything, send zeros to the motors.",
    ),
    DeclareLaunchArgument(
        "command_type",
        default_value=JOINT_STATES,
        choices=list(MOTOR_TOPICS),
        description="What motors take: motor_commands (JointState of efforts); for ros2_control's "
        "forward controllers, in joint order (Float64MultiArray), efforts on motor_array as well, "
        "or velocities on motor_velocities (the robot file must have motors.velocity_gain).",
    ),
    DeclareLaunchArgument(
        "record",
        default_value=start_up.RECORDINGS,
        description="Folder for recordings (MCAP), each in one of its own, in a namespace below a "
        "folder of its name; none: nothing.",
    ),
    DeclareLaunchArgument("namespace", **SHARED["namespace"]),
    DeclareLaunchArgument(
        "topics",
        default_value="",
        description="File that says what your drivers call our topics (YAML), such as "
        "config/hardware/topics.yaml; empty: as we do.",
    ),
    DeclareLaunchArgument(
        "respawn",
        default_value="true",
        choices=["true", "false"],
        description="true: start inference again when it ends (safety balances meanwhile), and "
        "safety when it is killed (disarmed). The recorder is started again in any case, unless it "
        "is done.",
    ),
    DeclareLaunchArgument("config", **SHARED["config"]),
    DeclareLaunchArgument("network", **SHARED["network"]),
    DeclareLaunchArgument("rviz", **SHARED["rviz"]),
    DeclareLaunchArgument("dashboard", **SHARED["dashboard"]),
    DeclareLaunchArgument("dashboard_port", **SHARED["dashboard_port"]),
]


def _recorder(value, directory, common):
    make = partial(
        Node,
        executable="recorder",
        parameters=[
            *start_up.parameter_files(value["config"], "recorder"),
            {
                "directory": directory,
                "robot": value["robot"],
                **start_up.ROBOT["recorder"],
            },
        ],
        additional_env=dict(start_up.environment("camera", value["network"])),
        **common,
    )
    return until_done(make, after_s=2.0)


def _dashboard(value, common):
    return Node(
        executable="dashboard",
        parameters=[
            *start_up.parameter_files(value["config"], "dashboard"),
            {
                "robot": value["robot"],
                "port": start_up.whole_number_of("dashboard_port", value["dashboard_port"]),
                **start_up.ROBOT["dashboard"],
            },
        ],
        additional_env=dict(start_up.environment("camera", value["network"])),
        **common,
    )


def _thinker(make, *, again):
    """Run inference; start it anew when it ends."""
    return brought_back(make, "inference", after_s=0.2) if again else [make()]


def _guard(make, *, again):
    """Run safety; when it is killed, start it anew, disarmed."""
    return kept_alive(make, "safety") if again else required(make(), "safety")


def _start(context):
    given = context.launch_configurations
    start_up.refuse_unknown(given, [argument.name for argument in ARGUMENTS])
    value = {argument.name: given[argument.name] for argument in ARGUMENTS}
    robot = load_robot(value["robot"])
    if value["command_type"] == VELOCITIES:
        VelocityLoop.of(robot)  # refuse before any process begins
    runtime = PolicyRuntime.load(policy_path(value["policy"]), robot)
    (namespace,) = namespaces.namespaces(value["namespace"])
    start_up.refuse_busy_domain("launch", namespace)
    start_up.remove_leftovers()
    common = {
        "package": PACKAGE,
        "output": "screen",
        "namespace": namespace,
        "remappings": start_up.remappings(value["topics"]),
        "sigterm_timeout": "3",
        "sigkill_timeout": "2",
    }
    again = value["respawn"] == "true"
    inference = partial(
        Node,
        executable="inference",
        parameters=[
            *start_up.parameter_files(value["config"], "inference"),
            {
                "policy": value["policy"],
                "robot": value["robot"],
                "cameras": value["cameras"],
                **start_up.ROBOT["inference"],
            },
        ],
        additional_env=dict(start_up.environment("camera", value["network"])),
        **common,
    )
    safety = partial(
        Node,
        executable="safety",
        parameters=[
            *start_up.parameter_files(value["config"], "safety"),
            {
                "robot": value["robot"],
                "control_rate": float(runtime.metadata.control_rate_hz),
                "auto_arm": False,
                "dry_run": value["dry_run"] == "true",
                "command_type": value["command_type"],
                **start_up.ROBOT["safety"],
            },
        ],
        additional_env=dict(start_up.environment("udp", value["network"])),
        **common,
    )
    directory = start_up.recordings(value["record"], namespace)
    shown = []
    if value["rviz"] == "true":
        shown = rviz_of(robot, namespace, network=value["network"], remappings=common["remappings"])
    return [
        *_thinker(inference, again=again),
        *_guard(safety, again=again),
        *(_recorder(value, directory, common) if directory else []),
        *([_dashboard(value, common)] if value["dashboard"] == "true" else []),
        *shown,
    ]


def generate_launch_description():
    """Describe the robot's nodes; see --show-args."""
    return LaunchDescription([*ARGUMENTS, OpaqueFunction(function=_start)])
