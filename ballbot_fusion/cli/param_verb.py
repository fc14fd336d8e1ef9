"""List, read and set parameters of live nodes."""

import argparse
from typing import Any

import yaml

from ballbot_fusion.cli.output import add_json, people, table, write_json
from ballbot_fusion.operation import parameters
from ballbot_fusion.operation.client import client

EXAMPLE = "ballbot param set /safety limits.tilt_limit_deg 25.0"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("action", choices=["list", "get", "set"])
    parser.add_argument("node", help="such as /safety")
    parser.add_argument("name", nargs="?", help="parameter, for get and set")
    parser.add_argument("value", nargs="?", help="as in YAML, for set")
    add_json(parser)


def _perform(arguments: argparse.Namespace) -> dict[str, Any]:
    target, name = arguments.node, arguments.name
    target = target if target.startswith("/") else f"/{target}"
    with client() as node:
        if arguments.action == "list":
            return parameters.listed(node, target)
        if name is None or (arguments.action == "set" and arguments.value is None):
            raise ValueError(f"`param {arguments.action}` needs more arguments; see --help.")
        if arguments.action == "set":
            parameters.write(node, target, name, yaml.safe_load(arguments.value))
        return parameters.read(node, target, [name])


def run(arguments: argparse.Namespace) -> int:
    """Do it and print the values."""
    values = _perform(arguments)
    write_json(arguments.json, values)
    if arguments.json != "-":
        people.print(table(arguments.node, ("parameter", "value"), values.items()))
    return 0
