"""Stop letting commands through: the motors get zero."""

import argparse

from ballbot_fusion.cli import service_verb

EXAMPLE = "ballbot disarm"
SERVICE = "safety/disarm"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    service_verb.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Call the service."""
    return service_verb.run(arguments, SERVICE)
