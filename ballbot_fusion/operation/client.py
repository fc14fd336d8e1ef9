"""A short-lived ROS node for one command of the operator."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import rclpy
from rclpy.node import Node
from rclpy.signals import SignalHandlerOptions
from rclpy.task import Future
from std_srvs.srv import Trigger

T = TypeVar("T")
ANSWER_S = 3.0
"""How long a live node may take to be found, or to answer, s."""


class NobodyAnswersError(RuntimeError):
    """No live node offers what was asked for."""


def domain() -> str:
    """Where we look, in words."""
    return f"ROS_DOMAIN_ID={os.environ.get('ROS_DOMAIN_ID', '0')}"


@contextmanager
def client(name: str = "ballbot_operator") -> Iterator[Node]:
    """Join the graph on this machine for the length of a block."""
    from ballbot_fusion.core.resources import share

    profile = share() / "config" / "fastdds_udp.xml"
    os.environ.setdefault("FASTDDS_DEFAULT_PROFILES_FILE", str(profile))
    rclpy.init(args=[], signal_handler_options=SignalHandlerOptions.NO)
    node = Node(f"{name}_{os.getpid()}", enable_rosout=False, start_parameter_services=False)
    try:
        yield node
    finally:
        node.destroy_node()
        rclpy.try_shutdown()


def until(node: Node, ready: Callable[[], T | None], seconds: float = ANSWER_S) -> T | None:
    """Serve ``node`` until ``ready`` returns something, at most ``seconds``."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = ready()
        if found:
            return found
        rclpy.spin_once(node, timeout_sec=0.05)
    return ready()


def call(node: Node, kind: type, service: str, request: Any) -> Any:
    """Call a service and return its response.

    Raises:
        NobodyAnswersError: it is not offered, or does not answer.
    """
    caller = node.create_client(kind, service)
    if not until(node, caller.service_is_ready):
        raise NobodyAnswersError(
            f"Nobody offers the service {service} on {domain()}. Is the launch running, and on the "
            "same domain? `ballbot topics` shows who is there."
        )
    future: Future = caller.call_async(request)
    until(node, future.done)
    if not future.done():
        raise NobodyAnswersError(f"{service} did not answer within {ANSWER_S:g} s.")
    return future.result()


def trigger(service: str) -> tuple[bool, str]:
    """Call a std_srvs/Trigger service; return success and message."""
    with client() as node:
        response = call(node, Trigger, service, Trigger.Request())
        return bool(response.success), str(response.message)
