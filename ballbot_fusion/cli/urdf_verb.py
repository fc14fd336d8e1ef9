"""Print the URDF of a robot file: body, wheels, and the frames of IMU and cameras.

For RViz and robot_state_publisher, which makes the static transforms between them.
"""

import argparse

from ballbot_fusion.cli.output import add_json, write_json
from ballbot_fusion.core.robot import load_robot
from ballbot_fusion.core.urdf import urdf

EXAMPLE = "ballbot urdf config/hardware/robot.yaml"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "robot", nargs="?", default="", help="robot file; without one, config/robot.yaml's robot"
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print it."""
    robot = load_robot(arguments.robot)
    text = urdf(robot)
    write_json(arguments.json, {"name": robot.name, "urdf": text})
    if arguments.json != "-":
        print(text)
    return 0
