"""The executables. A node takes a second to be imported; Ctrl-C in that second ends it quietly.

So this module imports nothing but what it needs for that.
"""

import os
import signal
from importlib import import_module


def _run(module: str) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        # Nothing has begun that would have to be ended; nodes/process.py takes over when it has.
        signal.signal(number, lambda *_: os._exit(0))
    import_module(f"ballbot_fusion.nodes.{module}").main()


def mujoco_bridge() -> None:
    """Stand in for the robot's drivers."""
    _run("mujoco_bridge")


def camera_bridge() -> None:
    """Render the simulated robot's depth cameras."""
    _run("camera_bridge")


def inference() -> None:
    """Run the policy."""
    _run("inference_node")


def safety() -> None:
    """Guard the motors."""
    _run("safety_node")


def monitor() -> None:
    """Print a status line a second."""
    _run("monitor")
