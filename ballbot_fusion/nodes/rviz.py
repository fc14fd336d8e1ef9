"""RViz beside the nodes: whether it is installed, and its layout for one robot. Free of ROS."""

from pathlib import Path
from typing import Any

import yaml
from ament_index_python.packages import PackageNotFoundError, get_package_prefix

from ballbot_fusion.core.resources import share
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.topic_names import IMAGE_TOPICS, image_topics
from ballbot_fusion.nodes.start_up import LaunchRefusedError

RVIZ, STATES = "rviz2", "robot_state_publisher"
LAYOUT = Path("config", "layouts", "ballbot.rviz")


def is_installed(package: str) -> bool:
    """Whether ament finds ``package``."""
    try:
        get_package_prefix(package)
    except PackageNotFoundError:
        return False
    return True


def refuse_without_rviz() -> None:
    """Refuse a launch that wants RViz where there is none; raises LaunchRefusedError."""
    if not is_installed(RVIZ):
        raise LaunchRefusedError(
            f"rviz:=true, but no package {RVIZ} is below AMENT_PREFIX_PATH. Install it "
            f"(apt install ros-$ROS_DISTRO-{RVIZ}) and source that ROS 2, or launch without it: "
            "dashboard:=true shows the robot in a browser."
        )


def write_layout(robot: RobotConfig, namespace: str, folder: Path) -> Path:
    """Write the package's layout with the topics of one robot into ``folder``; return its path."""
    layout = yaml.safe_load((share() / LAYOUT).read_text(encoding="utf-8"))
    images = {
        f"/camera_{number}/{IMAGE_TOPICS['depth']}": f"/{topic}"
        for number, topic in enumerate(image_topics(robot).values())
    }
    for display in layout["Visualization Manager"]["Displays"]:
        topic: dict[str, Any] = display.get("Topic") or display.get("Description Topic") or {}
        if topic:
            ours = images.get(topic["Value"], topic["Value"])
            topic["Value"] = f"{namespace.rstrip('/')}{ours}"
    path = folder / f"{'_'.join(['ballbot', *namespace.split('/')]).rstrip('_')}.rviz"
    path.write_text(yaml.safe_dump(layout, sort_keys=False), encoding="utf-8")
    return path
