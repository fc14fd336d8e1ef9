"""The base of all nodes: lifecycle, parameters, diagnostics."""

import json
import time
import traceback
from collections.abc import Mapping
from typing import Any, ClassVar, Generic, TypeVar

from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue
from pydantic import Field
from rclpy.exceptions import InvalidParameterTypeException, InvalidParameterValueException
from rclpy.lifecycle import LifecycleNode, LifecycleState, TransitionCallbackReturn
from rclpy.qos_overriding_options import InvalidQosOverridesError
from std_msgs.msg import String

from ballbot_fusion.core.settings import Settings
from ballbot_fusion.nodes import intake, parameters, qos, scheduling
from ballbot_fusion.nodes.readiness import Manager

DIAGNOSTICS_S = 1.0
IDLE_S = 0.02
REFUSALS = (
    ValueError,
    RuntimeError,
    OSError,
    InvalidParameterTypeException,
    InvalidParameterValueException,
    InvalidQosOverridesError,
)
"""What building a node from wrong parameters raises, or starting it where it cannot work."""


class NodeSettings(Settings):
    """Parameters that every node has."""

    autostart: bool = True
    """Configure and activate at start-up, without a lifecycle manager."""
    priority: int = Field(0, ge=0, le=90)
    """Above 0: real time (SCHED_FIFO), and memory locked, where permitted."""
    niceness: int = Field(0, ge=-20, le=19)
    """Below 0: before others, and memory locked, where permitted; above 0: after them."""

    @property
    def is_urgent(self) -> bool:
        """Whether this process comes before others."""
        return self.priority > 0 or self.niceness < 0


SettingsT = TypeVar("SettingsT", bound=NodeSettings)


class BallbotNode(LifecycleNode, Generic[SettingsT]):
    """A lifecycle node with a loop of its own.

    A subclass names its ``model`` of parameters and writes ``configure`` (build everything; raise
    to refuse), ``start``, ``work`` (one turn of the loop, waiting included) and ``report``
    (diagnostics). What it subscribes, publishes and offers is taken down by cleanup.
    """

    model: type[SettingsT]
    live: ClassVar[frozenset[str]] = frozenset()
    """Parameters that may be set while the node is configured; ``changed`` takes them."""
    given: ClassVar[frozenset[str]] = frozenset({"robot", "policy_folders", "summary"})
    """Parameters that name files or folders: whoever starts the process gives them, nobody later.

    Services that set parameters and clean nodes up are open to everyone in reach.
    """

    spectates: ClassVar[bool] = False
    """Whether no other node waits for it in lockstep."""
    secret: ClassVar[frozenset[str]] = frozenset()
    """Parameters whose values are not said for recordings: these are shared."""

    def __init__(self, name: str, **options: Any) -> None:
        """Declare the parameters; nothing else happens before configure.

        ``options`` are those of rclpy's nodes, such as a namespace.
        """
        super().__init__(name, automatically_declare_parameters_from_overrides=True, **options)
        parameters.declare(self, self.model)
        parameters.guard_changes(self, self._check_change)
        self.settings: SettingsT
        self.configured = self.active = False
        self.done = False
        """Set to end the process after the present turn of the loop."""
        self.failure = ""
        self.scheduling = self.memory = ""
        self._diagnostics = self.create_publisher(DiagnosticArray, "/diagnostics", qos.EVENTS)
        self._in_force = self.create_publisher(String, "parameters_in_force", qos.LATCHED)
        self._next_report = 0.0
        self.manager = Manager.of_this_process()
        """Whoever started the process, such as systemd."""
        self._permanent = {id(entry) for entry in self._entities()}

    # --- what a node is ---

    def configure(self) -> None:
        """Build what ``self.settings`` asks for; raise an exception whose text says why not."""

    def start(self) -> None:
        """Begin to work; raise an exception whose text says why not."""

    def work(self) -> None:
        """Do one turn of the loop, its waiting included."""
        time.sleep(IDLE_S)

    def stop(self) -> None:
        """End what belongs to working, such as a recording; ``start`` may follow."""

    def finish(self) -> None:
        """End what must be whole, such as files, before the process leaves the graph."""

    def report(self) -> tuple[bytes, str, Mapping[str, Any]]:
        """Return level (DiagnosticStatus), a sentence and values; called while active."""
        return DiagnosticStatus.OK, "running", {}

    def is_fed(self) -> bool:
        """Whether the data that it needs has begun to come: then it is ready for others."""
        return intake.heard(self)

    def changed(self, settings: SettingsT) -> None:
        """Take settings that were set while running; raise ValueError to refuse them."""
        self.settings = settings

    # --- lifecycle ---

    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Validate every parameter, then build."""
        try:
            self.settings = parameters.read(self, self.model)
            self.configure()
            parameters.refuse_unknown_qos(self)
            self._take_place()
        except Exception as error:
            self._take_down()
            return self._given_up(error)
        self.failure, self.configured = "", True
        self._publish_parameters()
        return super().on_configure(state)

    def _given_up(self, error: Exception) -> TransitionCallbackReturn:
        """Say why; rclpy would say nothing, and take the node for one that was never configured.

        What nobody foresaw is told with its place.
        """
        foreseen = isinstance(error, REFUSALS)
        self.failure = str(error) if foreseen else f"{type(error).__name__}: {error}"
        told = self.failure if foreseen else "".join(traceback.format_exception(error))
        self.get_logger().error(told)
        return TransitionCallbackReturn.FAILURE

    def _publish_parameters(self) -> None:
        """Say, for recordings, what this node goes by."""
        values = self.settings.model_dump(mode="json", exclude=set(self.secret))
        said = {"node": self.get_fully_qualified_name(), **values}
        self._in_force.publish(String(data=json.dumps(said)))

    def _take_place(self) -> None:
        settings = self.settings
        self.scheduling = scheduling.take_turns(settings.priority, settings.niceness)
        self.memory = scheduling.lock_memory() if settings.is_urgent else "not locked"

    def on_activate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Begin to work; stay inactive when that cannot be."""
        try:
            self.start()
        except Exception as error:
            return self._given_up(error)
        self.failure, self.active = "", True
        return super().on_activate(state)

    def on_deactivate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Stop working, stay configured; not in lockstep, where all count from the first tick."""
        if getattr(self.settings, "lockstep", False) and not self.spectates:
            self.get_logger().error(
                "not deactivated: lockstep runs from start to end. End the launch instead."
            )
            return TransitionCallbackReturn.FAILURE
        self.active = False
        self.stop()
        return super().on_deactivate(state)

    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Take down what configure built."""
        self.configured = False
        self._take_down()
        return super().on_cleanup(state)

    def on_shutdown(self, state: LifecycleState) -> TransitionCallbackReturn:
        """End the process."""
        self.active, self.done = False, True
        return super().on_shutdown(state)

    def _entities(self) -> list[Any]:
        return [*self.publishers, *self.subscriptions, *self.services]

    def _take_down(self) -> None:
        for subscription in list(self.subscriptions):
            if id(subscription) not in self._permanent:
                self.destroy_subscription(subscription)
        for publisher in list(self.publishers):
            if id(publisher) not in self._permanent:
                self.destroy_publisher(publisher)
        for service in list(self.services):
            if id(service) not in self._permanent:
                self.destroy_service(service)

    # --- parameters ---

    def _check_change(self, changed: dict[str, Any]) -> str:
        """Say why these parameters cannot be set now; nothing when they can."""
        if paths := sorted(self.given.intersection(changed)):
            return (
                f"{', '.join(paths)}: names files on this machine, so that it can be given only "
                "when the node is started. Set it in the parameter file or at launch."
            )
        if not self.configured:
            return ""
        fixed = sorted(name for name in changed if name.split(".")[0] not in self.live)
        if fixed:
            may = ", ".join(sorted(self.live)) or "none"
            return (
                f"{', '.join(fixed)}: read when the node is configured. While it runs can be set: "
                f"{may}. Give it at launch, or clean the node up first."
            )
        try:
            self.changed(parameters.read(self, self.model, changed))
            self._publish_parameters()
        # Of any kind: nothing that somebody sets may end a node that balances.
        except Exception as error:
            return str(error) or type(error).__name__
        return ""

    # --- diagnostics ---

    def publish_diagnostics(self) -> None:
        """Publish one DiagnosticArray now (REP 107)."""
        level, sentence = DiagnosticStatus.WARN, self.failure or "not active"
        values: Mapping[str, Any] = {}
        if self.active:
            level, sentence, values = self.report()
            values = {**values, "scheduling": self.scheduling, "memory": self.memory}
        self.manager.status(sentence)
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
        """Report when it is time to; tell the service manager that the loop turns."""
        now = time.monotonic()
        self.manager.alive(now)
        if self.manager.listens and self.active and self.is_fed():
            self.manager.ready()
        if now >= self._next_report:
            self._next_report = now + DIAGNOSTICS_S
            self.publish_diagnostics()
