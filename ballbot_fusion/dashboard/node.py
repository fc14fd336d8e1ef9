"""The dashboard's node: hears the graph, drives for whoever holds the stick, serves the page."""

import json
import os
import sys
import threading
import time
from collections.abc import Mapping
from typing import Any

from diagnostic_msgs.msg import DiagnosticStatus
from geometry_msgs.msg import Twist

from ballbot_fusion.core.robot import load_robot
from ballbot_fusion.dashboard.deadman import Deadman
from ballbot_fusion.dashboard.ears import Ears, Eyes
from ballbot_fusion.dashboard.errands import Errands
from ballbot_fusion.dashboard.pictures import sensing_of
from ballbot_fusion.dashboard.server import Server
from ballbot_fusion.dashboard.settings import DashboardSettings
from ballbot_fusion.dashboard.stop_button import StopButton
from ballbot_fusion.dashboard.view import View
from ballbot_fusion.nodes import qos
from ballbot_fusion.nodes.exit_codes import FAILED
from ballbot_fusion.nodes.lifecycle import BallbotNode
from ballbot_fusion.nodes.process import run
from ballbot_fusion.operation.steering import PERIOD_S
from ballbot_fusion.operation.teleop import twist

UNWATCHED_S = 0.2
"""Turn of the loop while nobody looks."""


class Dashboard(BallbotNode[DashboardSettings]):
    """Everything that pages share. Pages call its methods from the web server's thread."""

    model = DashboardSettings
    given = BallbotNode.given | {"host", "port", "token", "e_stop_topic"}
    secret = frozenset({"token"})

    def __init__(self) -> None:
        """Declare parameters."""
        super().__init__("dashboard")
        self._server: Server | None = None
        """Open from the first configure to the end, as is all that goes by what is given at the
        start alone: pages that are open stay so, and their emergency stop works."""

    # --- building ---

    def configure(self) -> None:
        """Take the port first: a busy one is refused before anything else is begun."""
        settings = self.settings
        robot = load_robot(settings.robot)
        if self._server is None:
            self._server = Server(settings.host, settings.port, settings.token)
            self.errands, self.stop_button = Errands(), StopButton(settings.e_stop_topic)
            self._wake, self._watching = threading.Event(), set[str]()
        self._sensing = sensing_of(robot)
        self.view = View(robot, tuple(name for name in settings.expected if name))
        self.deadman = Deadman((settings.forward, settings.sideways, settings.turning))
        self._ears = Ears(self, self.view)
        self._eyes: Eyes | None = None
        self._velocities = qos.publisher(self, Twist, "cmd_vel", qos.COMMAND)
        self.frame = ""
        """What pages show, as JSON: written once for all of them, while one is open."""
        self._frame_due_s = self._pictures_due_s = 0.0
        self._told = 0
        """Number of the last event that pages were told."""

    def start(self) -> None:
        """Open the page."""
        assert self._server is not None
        self._server.start(self)
        self.get_logger().info(f"dashboard: {self._server.address}")

    def finish(self) -> None:
        """Close the page."""
        if self._server is not None:
            self._server.stop()
            self.errands.close()
            self.stop_button.close()

    # --- what pages do; from the web server's thread ---

    def watch(self, page: str, *, looks: bool) -> None:
        """Somebody begins to look at ``page``, or does not any more."""
        (self._watching.add if looks else self._watching.discard)(page)
        if not looks:
            self.deadman.release(page)
            self.stop_button.button.gone(page)
        self._wake.set()

    def alive(self, page: str) -> None:
        """Somebody could press the emergency stop on ``page``."""
        self.stop_button.button.pulse(page, time.monotonic())

    def hold(self, page: str, share: tuple[float, float, float]) -> bool:
        """The stick of ``page`` is held there; False when another page holds its own."""
        held = self.deadman.hold(page, share, time.monotonic())
        self._wake.set()
        return held

    def arm(self) -> None:
        """Arm, which also releases the page's emergency stop."""
        self.stop_button.release()
        self.errands.arm()

    # --- the loop ---

    def work(self) -> None:
        """Hear, drive, and tell the pages."""
        self._wake.wait(PERIOD_S if self._watching else UNWATCHED_S)
        self._wake.clear()
        now_s = time.monotonic()
        self._ears.listen(now_s)
        velocity = self.deadman.due(now_s)
        if velocity is not None:
            self._velocities.publish(twist(velocity))
        self.stop_button.pulse(now_s)
        for done in self.errands.done():
            level = "note" if done.succeeded else "bad"
            self.view.line.add(level, f"operator: {done.what}: {done.text}", now_s)
        self._look(now_s)

    def _look(self, now_s: float) -> None:
        """See and show what costs something, while somebody looks."""
        if not self._watching:
            if self._eyes is not None:
                self._eyes.close()
                self._eyes = None
            self.view.notice_silence(now_s)
            return
        if self._eyes is None:
            self._eyes = Eyes(self, self.view, self._sensing)
        self._eyes.listen(now_s)
        if now_s >= self._pictures_due_s:
            self._pictures_due_s = now_s + 1.0 / self.settings.picture_hz
            self._eyes.look(now_s)
        if now_s >= self._frame_due_s or self.view.line.newest != self._told:
            # What happened is told at once.
            self._frame_due_s = now_s + 1.0 / self.settings.page_hz
            self.frame = json.dumps(self.view.frame(now_s, time.time()))
            self._told = self.view.line.newest

    def report(self) -> tuple[bytes, str, Mapping[str, Any]]:
        """Who looks."""
        pages = len(self._watching)
        address = "" if self._server is None else self._server.address
        return DiagnosticStatus.OK, f"{pages} pages open at {address}", {"pages": pages}


def main() -> None:
    """Run the dashboard; when it is told to end, wait for no browser."""
    code: object = FAILED
    try:
        run(Dashboard)
    except SystemExit as ended:
        code = ended.code
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        # The web server's threads would be joined, and wait for browsers that do not hang up.
        os._exit(code if isinstance(code, int) else FAILED)
