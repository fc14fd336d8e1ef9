"""Shove the simulated robot at its centre of mass."""

import argparse

from ballbot_fusion.cli import service_verb
from ballbot_fusion.operation import parameters
from ballbot_fusion.operation.client import client

EXAMPLE = "ballbot push --force 60 --direction 90"
BRIDGE = "/mujoco_bridge"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--force", type=float, help="N")
    parser.add_argument("--direction", type=float, help="degrees from x, in the world")
    parser.add_argument("--seconds", type=float, help="how long")
    service_verb.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Set what was given, then push."""
    given = {
        "push_force": arguments.force,
        "push_direction_deg": arguments.direction,
        "push_duration_s": arguments.seconds,
    }
    wanted = {name: value for name, value in given.items() if value is not None}
    if wanted:
        with client() as node:
            for name, value in wanted.items():
                parameters.write(node, BRIDGE, name, value)
    return service_verb.run(arguments, "push")
