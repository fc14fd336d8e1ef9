"""Shove the simulated robot at its centre of mass.

What is given stays set on the bridge for the next push; what is not given is as it was.
"""

import argparse

from ballbot_fusion.cli.live import add_live, in_namespace, join, run_trigger
from ballbot_fusion.cli.usage import finite, positive

EXAMPLE = "ballbot push --force 60 --direction 90"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--force", type=positive, help="N")
    parser.add_argument("--direction", type=finite, help="degrees from x, in the world")
    parser.add_argument("--seconds", type=positive, help="how long")
    add_live(parser)


def run(arguments: argparse.Namespace) -> int:
    """Set what was given, then push."""
    from ballbot_fusion.operation import parameters

    given = {
        "push_force": arguments.force,
        "push_direction_deg": arguments.direction,
        "push_duration_s": arguments.seconds,
    }
    wanted = {name: value for name, value in given.items() if value is not None}
    if wanted:
        parameters.write(join(arguments), in_namespace(arguments, "mujoco_bridge"), wanted)
    return run_trigger(arguments, "push")
