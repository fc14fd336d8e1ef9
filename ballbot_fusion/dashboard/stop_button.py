"""The emergency stop of the page: a service call, and where the owner wants it, a heartbeat."""

import threading
import time
from dataclasses import dataclass, field

from rclpy.qos import QoSProfile
from std_msgs.msg import Bool
from std_srvs.srv import Trigger

from ballbot_fusion.dashboard.errands import Answer, own_node
from ballbot_fusion.nodes import leaving
from ballbot_fusion.operation.client import until

SERVICE = "safety/e_stop"
ANSWER_S = 1.0
"""How long safety may take to confirm."""
PULSE_S = 0.1
PAGE_S = 0.4
"""A page that says nothing for this long is gone, and with it who could press."""


@dataclass
class Button:
    """What the page says on a topic of the kind of ``e_stop``; pure, steady seconds come in."""

    pressed: bool = False
    _pages: dict[str, float] = field(default_factory=dict)

    def pulse(self, page: str, now_s: float) -> None:
        """A page is alive, and somebody could press on it."""
        self._pages[page] = now_s

    def gone(self, page: str) -> None:
        """A page was closed."""
        self._pages.pop(page, None)

    def said(self, now_s: float) -> bool | None:
        """What is to be said now: true = pressed; None: nothing, nobody is there to press."""
        heard = list(self._pages.values())  # pages come and go in another thread
        alive = any(now_s - heard_s <= PAGE_S for heard_s in heard)
        return self.pressed or (None if not alive else False)


class StopButton:
    """Presses at once: its client is there before it is needed, and it waits for nobody else."""

    def __init__(self, topic: str) -> None:
        """Find the service; with a ``topic``, be a button on it too."""
        self._node, self._executor = own_node("dashboard_e_stop")
        self._client = self._node.create_client(Trigger, SERVICE)
        self.button = Button()
        self._lock = threading.Lock()
        profile = QoSProfile(depth=1)
        self._publisher = self._node.create_publisher(Bool, topic, profile) if topic else None
        self._due_s = 0.0

    def press(self) -> Answer:
        """Stop; return whether safety confirmed it, and a sentence. Waits up to ``ANSWER_S``."""
        began_s = time.monotonic()
        if self._publisher is not None:
            self.button.pressed = True
            self._publisher.publish(Bool(data=True))
        future = self._client.call_async(Trigger.Request())
        with self._lock:
            until(self._node, future.done, ANSWER_S)
        if not future.done():
            return False, "safety does not answer: use the button on the robot"
        answer = future.result()
        took_ms = (time.monotonic() - began_s) * 1e3
        return bool(answer.success), f"{answer.message} (confirmed after {took_ms:.0f} ms)"

    def release(self) -> None:
        """Say that it is not pressed any more: whoever arms does, and at once, or is refused."""
        was_pressed, self.button.pressed = self.button.pressed, False
        if self._publisher is not None and was_pressed:
            self._publisher.publish(Bool(data=False))

    def pulse(self, now_s: float) -> None:
        """Say on the topic what there is to say; to be called again and again."""
        if self._publisher is None or now_s < self._due_s:
            return
        self._due_s = now_s + 0.9 * PULSE_S
        said = self.button.said(now_s)
        if said is not None:
            self._publisher.publish(Bool(data=said))

    def close(self) -> None:
        """Say nothing any more."""
        with leaving.in_time():
            self._node.destroy_node()
