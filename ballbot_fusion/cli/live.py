"""What verbs share that talk to live nodes: where to find them, and one-call services."""

import argparse
from collections.abc import Collection
from typing import TYPE_CHECKING, cast

from ballbot_fusion.cli.output import add_json, people, write_json

if TYPE_CHECKING:
    from rclpy.node import Node

    from ballbot_fusion.cli.graph import Graph


def add_live(parser: argparse.ArgumentParser) -> None:
    """Declare where the nodes are; --json."""
    parser.add_argument("--namespace", default="", help="namespace of the robot, such as /robot_1")
    parser.add_argument(
        "--network", default="local", choices=["local", "lan"], help="as given to the launch"
    )
    add_json(parser)


def in_namespace(arguments: argparse.Namespace, name: str) -> str:
    """Return the full name of a topic, service or node of the robot."""
    if name.startswith("/"):
        return name
    namespace = arguments.namespace.strip("/")
    return f"/{namespace}/{name}" if namespace else f"/{name}"


def join(arguments: argparse.Namespace, name: str = "ballbot_operator") -> "Node":
    """Return the verb's node in the live graph, which main leaves when everything is said."""
    return cast("Graph", arguments.live_graph).join(arguments.network, name)


def run_trigger(arguments: argparse.Namespace, service: str, states: Collection[str] = ()) -> int:
    """Call ``service``, wait until safety is in one of ``states``; exit code 1 when it says no."""
    from ballbot_fusion.operation.triggers import STATE, trigger, trigger_until

    name = in_namespace(arguments, service)
    node = join(arguments)
    if states:
        topic = in_namespace(arguments, STATE)
        success, message = trigger_until(node, name, states, topic)
    else:
        success, message = trigger(node, name)
    write_json(arguments.json, {"success": success, "message": message})
    if arguments.json != "-":
        people.print(message)
    return 0 if success else 1
