"""Emergency stop: motors to zero at once, latched until `ballbot arm`."""

import argparse

from ballbot_fusion.cli import service_verb

EXAMPLE = "ballbot estop"
SERVICE = "safety/e_stop"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    service_verb.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Call the service."""
    return service_verb.run(arguments, SERVICE)
