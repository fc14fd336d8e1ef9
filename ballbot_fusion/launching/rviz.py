"""RViz, and what turns the wheels in it, as processes of a launch that nothing else needs."""

from collections.abc import Sequence

from launch.action import Action
from launch_ros.actions import Node
from launch_ros.parameter_descriptions import ParameterValue

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.urdf import urdf
from ballbot_fusion.nodes import rviz, start_up

OWN_TREE = (("/tf", "tf"), ("/tf_static", "tf_static"), ("/clock", "clock"))
"""Programs of others say and hear these by their absolute names; in a namespace a robot has its
own, as Nav2 has it for several robots."""


def rviz_of(
    robot: RobotConfig,
    namespace: str,
    *,
    network: str,
    remappings: Sequence[tuple[str, str]] = (),
    simulated_time: bool = False,
) -> list[Action]:
    """Run RViz for one robot, and robot_state_publisher where it is installed.

    Args:
        robot: whose model and images are shown.
        namespace: of its nodes.
        network: local or lan, as the nodes.
        remappings: what the robot's drivers call our topics.
        simulated_time: whether stamps are those of lockstep.

    Raises:
        LaunchRefusedError: rviz2 is not installed.
    """
    rviz.refuse_without_rviz()
    layout = rviz.write_layout(robot, namespace, start_up.own_folder("rviz"))
    time = {"use_sim_time": simulated_time}
    common = {
        "namespace": namespace,
        "remappings": [*OWN_TREE, *remappings],
        "additional_env": dict(start_up.environment("camera", network)),
    }
    found = [
        Node(
            package=rviz.RVIZ, executable=rviz.RVIZ, arguments=["-d", str(layout)],
            parameters=[time], **common,
        )
    ]  # fmt: skip
    if rviz.is_installed(rviz.STATES):
        model = {"robot_description": ParameterValue(urdf(robot), value_type=str)}
        found.append(
            Node(
                package=rviz.STATES,
                executable=rviz.STATES,
                parameters=[{**model, **time}],
                **common,
            )
        )
    return found
