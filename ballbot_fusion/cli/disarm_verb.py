"""Stop letting commands through: the motors get zero."""

import argparse

from ballbot_fusion.cli.live import add_live, run_trigger

EXAMPLE = "ballbot disarm"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_live(parser)


def run(arguments: argparse.Namespace) -> int:
    """Disarm; exit code 1 when safety does not."""
    return run_trigger(arguments, "safety/disarm", ("DISARMED",))
