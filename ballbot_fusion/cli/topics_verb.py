"""Show the topics of the live graph: types, rates and the age of their newest message."""

import argparse

from ballbot_fusion.cli.output import add_json, people, table, write_json
from ballbot_fusion.operation.client import client
from ballbot_fusion.operation.topics import watch

EXAMPLE = "ballbot topics --seconds 3"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--seconds", type=float, default=2.0, help="how long to listen")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Listen and print."""
    if arguments.seconds <= 0.0:
        raise ValueError("--seconds must be positive.")
    with client() as node:
        rows = [topic.row(arguments.seconds) for topic in watch(node, arguments.seconds)]
    write_json(arguments.json, rows)
    if arguments.json != "-":
        people.print(table("topics", tuple(rows[0]), (row.values() for row in rows)))
    return 0
