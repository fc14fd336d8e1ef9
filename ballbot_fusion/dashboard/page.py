"""One open page: its layout, its timer, and what its buttons do."""

import time
from typing import TYPE_CHECKING, Any

from nicegui import ui
from nicegui.events import GenericEventArguments

from ballbot_fusion.dashboard import layout
from ballbot_fusion.dashboard.feed import Feed

if TYPE_CHECKING:
    from ballbot_fusion.dashboard.node import Dashboard

PATIENCE_S = 1.0
"""How long a frame may be on its way before the next is sent all the same, s."""
LOOKS = 4
"""How often it is looked for a new frame in the time of one: an event's is early."""
HEAD = """
<meta name="theme-color" content="#0f1720">
<link rel="stylesheet" href="/ballbot/dashboard.css">
<script src="/ballbot/live.js" defer></script>
<script src="/ballbot/charts.js" defer></script>
<script src="/ballbot/drive.js" defer></script>
"""


class Page:
    """A browser tab."""

    def __init__(self, node: "Dashboard") -> None:
        """Show what ``node`` knows."""
        self._node = node
        self._name = ui.context.client.id
        self._shown = ""
        self._sent_s: float | None = None
        """When the frame went out that the browser has not shown yet; None: it has shown all."""

    def build(self) -> None:
        """Lay the page out and begin to feed it."""
        ui.add_head_html(HEAD)
        ui.colors(primary="#2f6fed", positive="#1f9d63", negative="#d92d3a", warning="#c77700")
        layout.build(self._node)
        self._feed = Feed()
        ui.on("stick", self._stick)
        ui.on("letgo", lambda _: self._node.deadman.release(self._name))
        ui.on("shown", self._shows)
        ui.on("looks", self._looks)
        ui.on("alive", lambda _: self._node.alive(self._name))
        client = ui.context.client
        client.on_connect(lambda: self._node.watch(self._name, looks=True))
        client.on_disconnect(lambda: self._node.watch(self._name, looks=False))
        client.on_delete(lambda: self._node.watch(self._name, looks=False))
        ui.timer(1.0 / (LOOKS * self._node.settings.page_hz), self._show)

    def _show(self) -> None:
        """Send what is new, when the browser has shown what it was sent: nothing piles up."""
        frame, now_s = self._node.frame, time.monotonic()
        waits = self._sent_s is not None and now_s - self._sent_s < PATIENCE_S
        if frame and frame is not self._shown and not waits:
            self._shown, self._sent_s = frame, now_s
            self._feed.show(frame)

    def _shows(self, _: GenericEventArguments) -> None:
        self._sent_s = None

    def _stick(self, event: GenericEventArguments) -> None:
        share = numbers(event.args)
        if share is not None and not self._node.hold(self._name, share):
            ui.notify("Another page holds the stick.", type="warning")

    def _looks(self, event: GenericEventArguments) -> None:
        self._node.watch(self._name, looks=event.args is True)


def numbers(given: Any) -> tuple[float, float, float] | None:
    """Read three numbers that a browser sent; None when they are something else."""
    if not isinstance(given, list) or len(given) != 3:
        return None
    if not all(isinstance(value, int | float) for value in given):
        return None
    forward, left, turn = (float(value) for value in given)
    return forward, left, turn
