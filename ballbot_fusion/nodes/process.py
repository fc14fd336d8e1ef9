"""The life of a node's process: signals, start, loop, a clean end."""

import gc
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from typing import Any

import rclpy
from rclpy.executors import SingleThreadedExecutor
from rclpy.lifecycle import TransitionCallbackReturn
from rclpy.signals import SignalHandlerOptions

from ballbot_fusion.nodes import leaving, presence
from ballbot_fusion.nodes.exit_codes import FAILED, REFUSED, STUCK
from ballbot_fusion.nodes.lifecycle import BallbotNode

SERVICE_S = 0.1
"""How often services and parameters are served beside the control loop, s."""
LINGER_S = 0.3
"""How long a node that ends stays in the graph, s: what it said last is on its way, and readers
that are busy drop what comes from a participant that has left meanwhile."""
Nodes = Sequence[BallbotNode[Any]]
"""Those of one process; all but the bridges of a shared world have one of their own."""


def _start(node: BallbotNode[Any]) -> bool:
    """Configure and activate, if the node is to do so by itself; False when it refuses."""
    if not node.get_parameter("autostart").value:
        return True
    if node.trigger_configure() != TransitionCallbackReturn.SUCCESS:
        return False
    return bool(node.trigger_activate() == TransitionCallbackReturn.SUCCESS)


def _loop(nodes: Nodes, work: Callable[[Nodes], None]) -> None:
    executor = SingleThreadedExecutor()
    for node in nodes:
        executor.add_node(node)
    # What exists now lives as long as the process: the collector need not look at it again.
    gc.collect()
    gc.freeze()
    gc.enable()
    served = 0.0
    while not any(node.done for node in nodes):
        active = [node for node in nodes if node.active]
        if active:
            work(active)
            now = time.monotonic()
            if now - served < SERVICE_S:
                continue
            served = now
        for node in nodes:
            executor.spin_once(timeout_sec=0.0 if active else SERVICE_S)
            node.maintain()


def _end_on_signals(nodes: Nodes) -> None:
    """End between two turns of the loop, not in the middle of a message."""

    def end(*_: object) -> None:
        for node in nodes:
            node.done = True

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)


def _is_alone(node: BallbotNode[Any]) -> presence.Held | None:
    name = node.get_fully_qualified_name()
    try:
        held = presence.hold(name)
    except OSError as error:
        node.get_logger().fatal(str(error))
        return None
    if held is None:
        node.get_logger().fatal(
            f"{name} runs already on ROS_DOMAIN_ID {presence.domain()} of this machine. End the "
            "other one, or choose another domain."
        )
    return held


def _run(nodes: Nodes, work: Callable[[Nodes], None]) -> int:
    held = [_is_alone(node) for node in nodes]
    if None in held or not all(map(_start, nodes)):
        return REFUSED
    log = nodes[0].get_logger()
    try:
        _loop(nodes, work)
    except RuntimeError as error:
        log.fatal(f"{type(error).__name__}: {error}")
        return FAILED
    # What nobody foresaw, told with its place: the motors are to be zero then, too.
    except Exception:
        log.fatal(traceback.format_exc())
        return FAILED
    return 0


def run(make: Callable[[], BallbotNode[Any]]) -> None:
    """Run a node until it is told to stop; see exit_codes for when it is not."""
    run_together(lambda: [make()], lambda active: active[0].work())


def run_together(make: Callable[[], Nodes], work: Callable[[Nodes], None]) -> None:
    """Run nodes in one process, as ``run`` does one.

    ``work`` does one turn of those that are active, its waiting included.
    """
    rclpy.init(args=sys.argv, signal_handler_options=SignalHandlerOptions.NO)
    nodes = make()
    _end_on_signals(nodes)
    code = _run(nodes, work)
    for node in nodes:
        node.manager.stopping()
        node.active = False
        node.finish()
    if not code or any(node.configured for node in nodes):  # else nobody waits for what was said
        time.sleep(LINGER_S)
    with leaving.in_time(code=code or STUCK):
        for node in nodes:
            node.destroy_node()
        del node, nodes
        # Frozen objects would keep the participant, and its shared memory, beyond the end.
        gc.unfreeze()
        gc.collect()
        rclpy.try_shutdown()
    sys.exit(code)
