"""List, read and set parameters of live nodes.

`list` without a node names the nodes; with one it prints its parameters.
"""

import argparse
from typing import Any

from ballbot_fusion.cli.live import add_live, in_namespace, join
from ballbot_fusion.cli.output import people, table, write_json
from ballbot_fusion.cli.usage import UsageError

EXAMPLE = "ballbot param set safety limits.tilt_limit_deg 25.0"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("action", choices=["list", "get", "set"], help="what to do")
    parser.add_argument("node", nargs="?", help="such as safety")
    parser.add_argument("name", nargs="?", help="parameter, for get and set")
    parser.add_argument("value", nargs="?", help="as in YAML, for set")
    add_live(parser)


def _check(arguments: argparse.Namespace) -> None:
    given = [arguments.node, arguments.name, arguments.value]
    count = sum(value is not None for value in given)
    wanted = {"list": (0, 1), "get": (2,), "set": (3,)}[arguments.action]
    if count not in wanted:
        form = {"list": "list [NODE]", "get": "get NODE NAME", "set": "set NODE NAME VALUE"}
        raise UsageError(f"found {count} words, expected: ballbot param {form[arguments.action]}")


def _perform(arguments: argparse.Namespace) -> dict[str, Any]:
    import yaml

    from ballbot_fusion.operation import parameters

    node = join(arguments)
    if arguments.node is None:
        return {"nodes": parameters.nodes(node)}
    target, name = in_namespace(arguments, arguments.node), arguments.name
    if arguments.action == "list":
        return parameters.listed(node, target)
    if arguments.action == "set":
        parameters.write(node, target, {name: yaml.safe_load(arguments.value)})
    return parameters.read(node, target, [name])


def run(arguments: argparse.Namespace) -> int:
    """Do it and print the values."""
    _check(arguments)
    values = _perform(arguments)
    write_json(arguments.json, values)
    if arguments.json == "-":
        return 0
    if arguments.node is None:
        people.print("\n".join(values["nodes"]))
    else:
        people.print(table(arguments.node, ("parameter", "value"), values.items()))
    return 0
