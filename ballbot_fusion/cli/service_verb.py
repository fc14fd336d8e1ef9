"""What verbs share that call one Trigger service."""

import argparse

from ballbot_fusion.cli.output import add_json, people, write_json
from ballbot_fusion.operation.client import trigger


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--namespace", default="", help="namespace of the robot")
    add_json(parser)


def run(arguments: argparse.Namespace, service: str) -> int:
    """Call ``service``; exit code 1 when it answers no."""
    name = f"{arguments.namespace.rstrip('/')}/{service}"
    success, message = trigger(name if name.startswith("/") else f"/{name}")
    write_json(arguments.json, {"success": success, "message": message})
    if arguments.json != "-":
        people.print(message)
    return 0 if success else 1
