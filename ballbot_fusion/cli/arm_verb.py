"""Let commands through to the motors, when every precondition holds."""

import argparse

from ballbot_fusion.cli import service_verb

EXAMPLE = "ballbot arm"
SERVICE = "safety/arm"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    service_verb.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Call the service."""
    return service_verb.run(arguments, SERVICE)
