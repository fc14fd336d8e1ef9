"""The base of all nodes: lifecycle, parameters, diagnostics, a clean end."""

import gc
import signal
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

import rclpy
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue
from rclpy.executors import SingleThreadedExecutor
from rclpy.lifecycle import LifecycleNode, LifecycleState, TransitionCallbackReturn
from rclpy.signals import SignalHandlerOptions

from ballbot_fusion.core.settings import Settings, SettingsError
from ballbot_fusion.nodes import parameters, qos

HOUSEKEEPING_S = 0.02
"""How often services and parameters are served beside the control loop, s."""
DIAGNOSTICS_S = 1.0


class NodeSettings(Settings):
    """Parameters that every node has."""

    autostart: bool = True
    """Configure and activate at start-up, without a lifecycle manager."""


SettingsT = TypeVar("SettingsT", bound=NodeSettings)


class BallbotNode(LifecycleNode, Generic[SettingsT]):
    """A lifecycle node with a loop of its own.

    A subclass names its ``model`` of parameters and writes ``configure`` (build everything; raise
    to refuse), ``work`` (one turn of the loop, waiting included) and ``report`` (diagnostics).
    """

    model: type[SettingsT]

    def __init__(self, name: str) -> None:
        """Declare the parameters; nothing else happens before configure."""
        super().__init__(name, automatically_declare_parameters_from_overrides=True)
        parameters.declare(self, self.model)
        self.settings: SettingsT
        self.active = False
        self.done = False
        """Set to end the process after the present turn of the loop."""
        self._watching = False
        self.failure = ""
        self._diagnostics = self.create_publisher(DiagnosticArray, "/diagnostics", qos.EVENTS)
        self._next_report = 0.0

    # --- what a node is ---

    def configure(self) -> None:
        """Build what ``self.settings`` asks for; raise an exception whose text says why not."""

    def start(self) -> None:
        """Begin to work."""

    def stop(self) -> None:
        """Stop working; also called at the end."""

    def work(self) -> None:
        """Do one turn of the loop, its waiting included."""
        time.sleep(HOUSEKEEPING_S)

    def report(self) -> tuple[int, str, Mapping[str, Any]]:
        """Return level (DiagnosticStatus), a sentence and values for the diagnostics."""
        return DiagnosticStatus.OK, "running", {}

    def changed(self, settings: SettingsT) -> str:
        """Take settings that were set while running; return why not, or nothing."""
        self.settings = settings
        return ""

    # --- lifecycle ---

    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Validate every parameter, then build."""
        try:
            self.settings = parameters.read(self, self.model)
            self.configure()
        except (SettingsError, ValueError, RuntimeError, OSError) as error:
            self.failure = str(error)
            self.get_logger().error(self.failure)
            return TransitionCallbackReturn.FAILURE
        if not self._watching:
            parameters.guard_changes(self, self.model, self.changed)
            self._watching = True
        return super().on_configure(state)

    def on_activate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Begin to work."""
        self.start()
        self.active = True
        return super().on_activate(state)

    def on_deactivate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Stop working, stay configured."""
        self.active = False
        self.stop()
        return super().on_deactivate(state)

    def publish_diagnostics(self) -> None:
        """Publish one DiagnosticArray now (REP 107)."""
        level, sentence, values = self.report()
        status = DiagnosticStatus(
            level=level,
            name=f"{self.get_fully_qualified_name()}: state",
            message=sentence,
            hardware_id="ballbot",
            values=[KeyValue(key=key, value=str(value)) for key, value in values.items()],
        )
        message = DiagnosticArray(status=[status])
        message.header.stamp = self.get_clock().now().to_msg()
        self._diagnostics.publish(message)

    def maintain(self) -> None:
        """Report when it is time to."""
        now = time.monotonic()
        if now >= self._next_report:
            self._next_report = now + DIAGNOSTICS_S
            self.publish_diagnostics()


def _autostart(node: BallbotNode[Any]) -> bool:
    """Configure and activate; False when the node refuses."""
    if not node.get_parameter("autostart").value:
        return True
    if node.trigger_configure() != TransitionCallbackReturn.SUCCESS:
        return False
    return bool(node.trigger_activate() == TransitionCallbackReturn.SUCCESS)


def _loop(node: BallbotNode[Any]) -> None:
    executor = SingleThreadedExecutor()
    executor.add_node(node)
    # What exists now lives as long as the process: the collector need not look at it again.
    gc.collect()
    gc.freeze()
    served = 0.0
    while not node.done:
        if not node.active:
            executor.spin_once(timeout_sec=0.05)
            continue
        node.work()
        now = time.monotonic()
        if now - served >= HOUSEKEEPING_S:
            served = now
            executor.spin_once(timeout_sec=0.0)
            node.maintain()


def _end_on_signals(node: BallbotNode[Any]) -> None:
    """End between two turns of the loop, not in the middle of a message."""

    def end(*_: object) -> None:
        node.done = True

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)


def run(make: Callable[[], BallbotNode[Any]]) -> None:
    """Run a node until it is told to stop; exit code 1 when it refuses its configuration."""
    # Until there is a node to tell, a signal simply ends the process.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    rclpy.init(args=sys.argv, signal_handler_options=SignalHandlerOptions.NO)
    node = make()
    _end_on_signals(node)
    started = _autostart(node)
    try:
        if started:
            _loop(node)
    except RuntimeError as error:
        node.get_logger().fatal(f"{type(error).__name__}: {error}")
        started = False
    finally:
        node.active = False
        node.stop()
        node.destroy_node()
        rclpy.try_shutdown()
    sys.exit(0 if started else 1)
