"""Steer the robot: arrows or W A S D, Q and E sideways, space to stand, escape to end.

Half a second without a key means standing. With --for it drives that long and ends.
"""

import argparse
import sys

from ballbot_fusion.operation.client import client
from ballbot_fusion.operation.teleop import for_seconds, from_keys, publish

EXAMPLE = "ballbot drive --vx 0.3 --for 5"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--vx", type=float, default=0.4, help="forward, m/s")
    parser.add_argument("--vy", type=float, help="sideways, m/s; by keys 0.2, else 0")
    parser.add_argument("--yaw", type=float, help="turning, rad/s; by keys 0.6, else 0")
    parser.add_argument("--for", type=float, dest="seconds", help="drive for so many seconds")


def run(arguments: argparse.Namespace) -> int:
    """Drive by keys, or for a set time."""
    if arguments.seconds is not None:
        with client() as node:
            velocity = (arguments.vx, arguments.vy or 0.0, arguments.yaw or 0.0)
            publish(node, for_seconds(velocity, arguments.seconds))
        return 0
    from ballbot_fusion.operation.keyboard import keys

    speeds = (
        arguments.vx,
        0.2 if arguments.vy is None else arguments.vy,
        0.6 if arguments.yaw is None else arguments.yaw,
    )
    with keys() as read, client() as node:
        print(__doc__, file=sys.stderr)
        publish(node, from_keys(read, speeds))
    return 0
