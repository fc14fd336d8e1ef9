"""A short-lived ROS node for one command of the operator."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import rclpy
from rclpy.client import Client
from rclpy.node import Node
from rclpy.signals import SignalHandlerOptions
from rclpy.task import Future

from ballbot_fusion.core.resources import transports
from ballbot_fusion.nodes import leaving
from ballbot_fusion.nodes.exit_codes import FAILED

T = TypeVar("T")
ANSWER_S = 3.0
"""How long a live node may take to be found, or to answer, s."""
QUIET_S = 1.0
"""How long the graph must not have changed to count as discovered, s."""
PROFILES = {"local": "fastdds_udp.xml", "lan": "fastdds_udp_lan.xml"}
"""Fast DDS profile by network, as in the launch files: this machine, or every interface."""


class NobodyAnswersError(RuntimeError):
    """No live node offers what was asked for. The text says what, where, and what to do."""


def domain() -> str:
    """Where we look, in words."""
    return f"ROS_DOMAIN_ID={os.environ.get('ROS_DOMAIN_ID', '0')}"


@contextmanager
def _profile(chosen: Mapping[str, str]) -> Iterator[None]:
    """Choose the middleware's profile for a block, unless the operator has."""
    own = {} if chosen.keys() & os.environ.keys() else chosen
    os.environ.update(own)
    try:
        yield
    finally:
        for name in own:
            os.environ.pop(name, None)


@contextmanager
def client(
    network: str = "local",
    name: str = "ballbot_operator",
    stuck: Callable[[], int] = lambda: FAILED,
) -> Iterator[Node]:
    """Join the graph for the length of a block, over UDP as the launch files do.

    A profile that the operator chose by environment variable stays in force. One that is chosen
    here holds for the block, and not for processes that are started after it.

    Args:
        network: ``local`` (127.0.0.1) or ``lan``; the launch must have been given the same.
        name: of the node; the process id is added.
        stuck: the exit code of this process, should the middleware not let it go: see leaving.py.
    """
    with _profile(transports(PROFILES[network])):
        # Ctrl-C stays Python's KeyboardInterrupt: what was begun is ended in order.
        rclpy.init(args=[], signal_handler_options=SignalHandlerOptions.NO)
        try:
            unique = f"{name}_{os.getpid()}"
            node = Node(unique, enable_rosout=False, start_parameter_services=False)
            try:
                yield node
            finally:
                with leaving.in_time(code=stuck()):
                    node.destroy_node()
        finally:
            with leaving.in_time(code=stuck()):
                rclpy.try_shutdown()


def until(node: Node, ready: Callable[[], T | None], seconds: float = ANSWER_S) -> T | None:
    """Serve ``node`` until ``ready`` returns something, at most ``seconds``.

    By the node's own executor where it has one, so that several threads can, each with its node.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = ready()
        if found:
            return found
        rclpy.spin_once(node, executor=node.executor, timeout_sec=0.05)
    return ready()


def settled(look: Callable[[], T], seconds: float = ANSWER_S) -> T:
    """Look at the graph until it stops changing; return what was seen last.

    Discovery goes on after the first node is found: the picture counts once it is not empty and
    has been the same for ``QUIET_S``, or when ``seconds`` have passed.
    """
    end = time.monotonic() + seconds
    seen, since = look(), time.monotonic()
    while time.monotonic() < end and not (seen and time.monotonic() - since >= QUIET_S):
        time.sleep(0.05)
        now = look()
        if now != seen:
            seen, since = now, time.monotonic()
    return seen


def _caller(node: Node, kind: type, service: str) -> Client:
    """The client of a service, which ``node`` keeps: the next call need not look for it."""
    for known in node.clients:
        if known.srv_name == service and known.srv_type is kind:
            return known
    return node.create_client(kind, service)


def call(node: Node, kind: type, service: str, request: Any) -> Any:
    """Call a service and return its response.

    Raises:
        NobodyAnswersError: it is not offered, or does not answer.
    """
    caller = _caller(node, kind, service)
    if not until(node, caller.service_is_ready):
        raise NobodyAnswersError(
            f"No node offers the service {caller.service_name} on {domain()}. Is the launch "
            "running, on the same domain? `ballbot topics` shows who is there."
        )
    future: Future = caller.call_async(request)
    until(node, future.done)
    if not future.done():
        caller.remove_pending_request(future)
        raise NobodyAnswersError(
            f"{caller.service_name} did not answer within {ANSWER_S:g} s. Its node hangs or "
            "has just ended: look at the launch's output."
        )
    return future.result()
