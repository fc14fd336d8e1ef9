"""Put the simulated robot back on its stand and begin anew."""

import argparse

from ballbot_fusion.cli import service_verb

EXAMPLE = "ballbot reset"
SERVICE = "reset"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    service_verb.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Call the service."""
    return service_verb.run(arguments, SERVICE)
