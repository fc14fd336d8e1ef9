"""Emergency stop: motors to zero at once, latched until `ballbot arm`."""

import argparse

from ballbot_fusion.cli.live import add_live, run_trigger

EXAMPLE = "ballbot estop"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_live(parser)


def run(arguments: argparse.Namespace) -> int:
    """Stop; exit code 1 when safety does not confirm it."""
    return run_trigger(arguments, "safety/e_stop", ("FAULT",))
