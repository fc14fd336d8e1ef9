"""MuJoCo's own viewer beside the bridge, for people who have a screen."""

import os
import time

from ballbot_fusion.simulation.simulation import Simulation

FRAME_S = 1.0 / 30.0


class Viewer:
    """Shows a simulation, thirty times a second at most."""

    def __init__(self, simulation: Simulation) -> None:
        """Open the window."""
        from mujoco import viewer  # needs a window system

        self._handle = viewer.launch_passive(simulation.model, simulation.data)
        self._next_s = 0.0

    def show(self) -> None:
        """Draw the present state when it is time to."""
        now = time.monotonic()
        if now >= self._next_s and self._handle.is_running():
            self._next_s = now + FRAME_S
            self._handle.sync()


def open_viewer(simulation: Simulation) -> Viewer:
    """Open a viewer.

    Raises:
        RuntimeError: there is no screen.
    """
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise RuntimeError(
            "headless:=false needs a screen, but neither DISPLAY nor WAYLAND_DISPLAY is set. Leave "
            "headless at true, or run on a desktop."
        )
    return Viewer(simulation)
