"""Subscriptions that the control loop drains itself, and a wait for just what it waits for.

A callback per message costs rclpy about 0.2 ms, most of it rebuilding the executor's wait set.
Messages that are only read in a tick are taken in the tick; the loop sleeps on a wait set of its
own, which holds nothing but the subscription that wakes it.
"""

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from typing import Any, Generic, NamedTuple, TypeVar
from weakref import WeakKeyDictionary, WeakSet

from rclpy.callback_groups import CallbackGroup
from rclpy.impl.implementation_singleton import rclpy_implementation as _rclpy
from rclpy.node import Node
from rclpy.qos import QoSProfile
from std_srvs.srv import Trigger

from ballbot_fusion.nodes.qos import OVERRIDABLE

T_co = TypeVar("T_co", covariant=True)
MOST = 2000
"""Messages taken at once: whoever sends faster than they are read must not stop the loop."""
LONGEST_REFUSAL = 200
"""Characters."""

_INTAKES: "WeakKeyDictionary[Node, WeakSet[Intake[Any] | RawIntake]]" = WeakKeyDictionary()


def heard(node: Node) -> bool:
    """Whether anything has arrived on any topic that ``node`` reads."""
    return any(intake.received for intake in _INTAKES.get(node, ()))


class _Drained(CallbackGroup):
    """Of what a loop takes itself: never executed by an executor."""

    def can_execute(self, _: Any) -> bool:
        """Refuse."""
        return False

    def beginning_execution(self, _: Any) -> bool:
        """Refuse."""
        return False

    def ending_execution(self, _: Any) -> None:
        """Nothing was begun."""
        return


def _waiting(subscription: Any, kind: type, *, raw: bool) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Take what has arrived, oldest first, each with what the middleware knows of it."""
    handle = subscription.handle
    with handle:  # gives nothing to bind with `as`
        for _ in range(MOST):
            taken = handle.take_message(kind, raw)
            if taken is None:
                return
            yield taken


class Intake(Generic[T_co]):
    """One topic, read when the loop wants to."""

    def __init__(
        self,
        node: Node,
        kind: type,
        topic: str,
        qos: QoSProfile,
        convert: Callable[[Any], T_co],
        *,
        raw: bool = False,
        overridable: bool = True,
    ) -> None:
        """Subscribe ``topic``; ``convert`` turns a message into what ``take`` returns.

        With ``raw`` it is given the message's wire form (bytes, see nodes/wire.py). Of two
        subscriptions of one topic only one can be ``overridable`` by parameter.
        """
        self.topic = topic
        self._convert = convert
        self._kind = kind
        self._raw = raw
        self.subscription = node.create_subscription(
            kind, topic, lambda _: None, copy(qos), callback_group=_Drained(), raw=raw,
            qos_overriding_options=OVERRIDABLE if overridable else None,
        )  # fmt: skip
        self.received = 0
        self.refused = 0
        """Messages received of which ``convert`` could make nothing."""
        self.refusal = ""
        """Why the newest of them was refused."""
        _INTAKES.setdefault(node, WeakSet()).add(self)

    def take(self) -> list[T_co]:
        """Return everything that has arrived, oldest first; never raises on what was sent."""
        taken: list[T_co] = []
        for message, _ in _waiting(self.subscription, self._kind, raw=self._raw):
            self.received += 1
            try:
                taken.append(self._convert(message))
            # Of any kind: nothing that somebody sends may end a node that balances.
            except Exception as error:
                self.refused += 1
                self.refusal = f"{type(error).__name__}: {error}"[:LONGEST_REFUSAL]
        return taken

    @property
    def publishers(self) -> int:
        """How many publishers are matched."""
        with self.subscription.handle:
            return int(self.subscription.handle.get_publisher_count())


class Wired(NamedTuple):
    """A message as it came, and when; times in ns of the system's clock."""

    data: bytes
    sent_ns: int
    received_ns: int
    sequence: int
    """Number that its publisher gave it; 0 where the middleware does not say."""


class RawIntake:
    """One topic, read as bytes; knows what the middleware lost of it."""

    def __init__(self, node: Node, kind: type, topic: str, qos: QoSProfile) -> None:
        """Subscribe ``topic``."""
        self._kind = kind
        self.subscription = node.create_subscription(
            kind, topic, lambda _: None, copy(qos), callback_group=_Drained(), raw=True
        )
        self.received = self.lost = 0
        """Messages that came; and that were sent and did not come."""
        self._newest: dict[bytes, int] = {}
        _INTAKES.setdefault(node, WeakSet()).add(self)

    def take(self) -> list[Wired]:
        """Return everything that has arrived, oldest first."""
        taken: list[Wired] = []
        for data, info in _waiting(self.subscription, self._kind, raw=True):
            number = info.get("publication_sequence_number") or 0
            self._count(number, info)
            sent_ns, received_ns = info["source_timestamp"], info["received_timestamp"]
            taken.append(Wired(data, sent_ns, received_ns, number))
        self.received += len(taken)
        return taken

    def _count(self, number: int, info: dict[str, Any]) -> None:
        """Numbers of one publisher that were left out are messages that were lost."""
        if not number:
            return
        publisher = bytes(info.get("publisher_gid", {}).get("data", b""))
        before = self._newest.get(publisher, number - 1)
        self.lost += max(number - before - 1, 0)
        self._newest[publisher] = max(number, before)

    @property
    def publishers(self) -> int:
        """How many publishers are matched."""
        with self.subscription.handle:
            return int(self.subscription.handle.get_publisher_count())


class Requests:
    """One service of type std_srvs/Trigger, answered when the loop wants to."""

    def __init__(self, node: Node, name: str, answer: Callable[[], tuple[bool, str]]) -> None:
        """Offer ``name``; ``answer`` does what is asked and returns success and a message."""
        self._answer = answer
        self.service = node.create_service(
            Trigger, name, lambda _, response: response, callback_group=_Drained()
        )

    def serve(self) -> int:
        """Answer everything that was asked; return how many did."""
        served = 0
        while (header := self._taken()) is not None:
            success, message = self._answer()
            self.service.send_response(Trigger.Response(success=success, message=message), header)
            served += 1
        return served

    def _taken(self) -> Any:
        """Take a request; return where its answer goes, None when there is none."""
        with self.service.handle:
            _, header = self.service.handle.service_take_request(Trigger.Request)
        return header


class Wait:
    """Sleeps until one of some intakes has a message, or a service a request."""

    def __init__(
        self, node: Node, intakes: Sequence[Intake[Any]], services: Sequence[Requests] = ()
    ) -> None:
        """Wake for any of ``intakes`` and ``services``."""
        self._subscriptions = [intake.subscription for intake in intakes]
        self._services = [entry.service for entry in services]
        sizes = (len(self._subscriptions), 0, 0, 0, len(self._services), 0)
        self._set = _rclpy.WaitSet(*sizes, node.context.handle)

    def __call__(self, seconds: float) -> list[bool]:
        """Wait for a message or a request, at most ``seconds``.

        Returns:
            Which of the intakes, and then of the services, have something, in the order given.
        """
        self._set.clear_entities()
        for subscription in self._subscriptions:
            self._set.add_subscription(subscription.handle)
        for service in self._services:
            self._set.add_service(service.handle)
        self._set.wait(max(int(seconds * 1e9), 0))
        return [
            *(self._set.is_ready("subscription", k) for k in range(len(self._subscriptions))),
            *(self._set.is_ready("service", k) for k in range(len(self._services))),
        ]
