"""The executables. A node takes a second to be imported; Ctrl-C in that second ends it quietly.

So this module imports nothing but what it needs for that.
"""

import gc
import os
import signal
from contextlib import suppress
from importlib import import_module

NICENESS = {"camera_bridge": -5, "monitor": 10}
"""While they are imported: cameras take twice as long as the others and are awaited as much, the
status line is awaited by nobody. A priority of their own takes over when they are configured."""


def _run(module: str) -> None:
    with suppress(PermissionError):  # then all begin alike, and cameras come last
        os.nice(NICENESS.get(module, 0))
    for number in (signal.SIGINT, signal.SIGTERM):
        # Nothing has begun that would have to be ended; nodes/process.py takes over when it has.
        signal.signal(number, lambda *_: os._exit(0))
    gc.disable()  # nothing that is imported becomes garbage; nodes/process.py enables it
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
