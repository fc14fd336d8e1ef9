"""What the nodes get instead of time, DDS and terminal: repeatable, and as fast as it goes.

The nodes are real, with their own parameters, intakes and publishers. Only what lies outside of
them is replaced: messages wait in a list instead of the middleware, time stands still until it is
moved, and what they publish is kept.
"""

import os
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from ballbot_fusion.nodes.intake import Intake

START_NS = 50_000 * 1_000_000_000
"""Steady time at which it begins: a machine that has been up for half a day."""
EPOCH_NS = 1_790_000_000 * 1_000_000_000
"""ROS time minus steady time."""


class Clock:
    """Stands in for the module ``time``: moves when it is told to."""

    def __init__(self) -> None:
        """Begin at START_NS."""
        self.now_ns = START_NS

    def monotonic_ns(self) -> int:
        """Steady time."""
        return self.now_ns

    def monotonic(self) -> float:
        """Steady time, s."""
        return self.now_ns * 1e-9

    def time_ns(self) -> int:
        """ROS time."""
        return self.now_ns + EPOCH_NS

    def time(self) -> float:
        """ROS time, s."""
        return self.time_ns() * 1e-9

    def sleep(self, _: float) -> None:
        """Return at once."""

    def __getattr__(self, name: str) -> Any:
        """Whatever else the module has."""
        return getattr(time, name)


@contextmanager
def standing_time(clock: Clock) -> Iterator[None]:
    """Have all nodes look at ``clock`` for the length of a block."""
    nodes = [m for n, m in sys.modules.items() if n.startswith("ballbot_fusion.nodes.")]
    changed = [module for module in nodes if getattr(module, "time", None) is time]
    for module in changed:
        module.time = clock  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for module in changed:
            module.time = time  # type: ignore[attr-defined]


@contextmanager
def quiet() -> Iterator[None]:
    """Send what libraries write to the terminal, a line for each message, to nowhere."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept, nowhere = [os.dup(1), os.dup(2)], os.open(os.devnull, os.O_WRONLY)
    try:
        for number in (1, 2):
            os.dup2(nowhere, number)
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for number, descriptor in zip((1, 2), kept, strict=True):
            os.dup2(descriptor, number)
            os.close(descriptor)
        os.close(nowhere)


@contextmanager
def noted_intakes() -> Iterator[list[Intake[Any]]]:
    """List every intake that is made within a block."""
    noted: list[Intake[Any]] = []
    made = Intake.__init__

    def make(self: Intake[Any], *given: Any, **named: Any) -> None:
        made(self, *given, **named)
        noted.append(self)

    Intake.__init__ = make  # type: ignore[method-assign]
    try:
        yield noted
    finally:
        Intake.__init__ = made  # type: ignore[method-assign]


class Line:
    """What the middleware has for one intake; stands in for its subscription and the handle."""

    def __init__(self, intake: Intake[Any]) -> None:
        """Take the place of the subscription of ``intake``."""
        self.topic: str = intake.subscription.topic_name
        self.kind: Any = intake.subscription.msg_type
        self.raw: bool = intake.subscription.raw
        self.intake = intake
        self.waiting: deque[Any] = deque()
        self.fed = self.dropped = 0
        """Messages given to the intake; those that the middleware could not read."""
        intake.subscription = self  # type: ignore[assignment]

    @property
    def handle(self) -> Self:
        """Itself."""
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        return None

    def take_message(self, _: type, __: bool) -> tuple[Any, None] | None:
        """Return the message that has waited longest."""
        return (self.waiting.popleft(), None) if self.waiting else None

    def get_publisher_count(self) -> int:
        """Somebody publishes."""
        return 1

    def put(self, payload: Any) -> None:
        """Have a message arrive: bytes for a raw intake, else a message object."""
        self.waiting.append(payload)
        self.fed += 1


class Published:
    """What one publisher was given; nothing leaves the process."""

    def __init__(self, publisher: Any) -> None:
        """Take over what ``publisher`` does."""
        self.topic: str = publisher.topic_name
        self.kind: Any = publisher.msg_type
        self.messages: list[Any] = []
        publisher.publish = self.messages.append
        publisher.get_subscription_count = lambda: 2
