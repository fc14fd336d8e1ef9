"""The life of a bare process of a bench: a node, its place among others, its end by signal."""

import gc
import json
import signal
import sys
from collections.abc import Callable
from typing import Any

import rclpy
from rclpy.node import Node
from rclpy.signals import SignalHandlerOptions

from ballbot_fusion.nodes import scheduling

Work = Callable[[], None]
Make = Callable[[Node, dict[str, Any]], Work]


def run(name: str, make: Make) -> None:
    """Do a work over and over until SIGTERM, with the settings of the command line (JSON).

    ``priority`` and ``niceness`` among them are as for the nodes of this package.
    """
    settings: dict[str, Any] = json.loads(sys.argv[1])
    rclpy.init(args=[], signal_handler_options=SignalHandlerOptions.NO)
    node = Node(name, enable_rosout=False, start_parameter_services=False)
    work, over = make(node, settings), False

    def end(*_: object) -> None:
        nonlocal over
        over = True

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    place = scheduling.take_turns(settings.get("priority", 0), settings.get("niceness", 0))
    if settings.get("priority", 0):
        scheduling.lock_memory()
    say(f"scheduling: {place}")
    gc.collect()
    gc.freeze()
    while not over:
        work()
    node.destroy_node()
    rclpy.try_shutdown()


def say(text: str) -> None:
    """Write a line that whoever started this process waits for."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
