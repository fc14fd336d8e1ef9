"""Put the simulated robot back on its stand and begin anew."""

import argparse

from ballbot_fusion.cli.live import add_live, run_trigger

EXAMPLE = "ballbot reset"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_live(parser)


def run(arguments: argparse.Namespace) -> int:
    """Ask the bridge."""
    return run_trigger(arguments, "reset")
