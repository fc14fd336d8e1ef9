"""The executables. A node takes a second to be imported; Ctrl-C in that second ends it quietly.

So this module imports nothing but what it needs for that.
"""

import gc
import os
import signal
from contextlib import suppress
from importlib import import_module

from ballbot_fusion.core.resources import transports

NICENESS = {"camera_bridge": -5, "recorder": -5, "monitor": 10, "dashboard": 5}
"""While they are imported: cameras take twice as long as the others and are awaited as much, the
status line and the web page are awaited by nobody. A priority of their own takes over when they are
configured."""

READ_IMAGES = (
    "camera_bridge", "inference_node", "failing_inference", "recorder", "player", "dashboard",
)  # fmt: skip
"""They may use shared memory; see config/fastdds_camera.xml."""


def _stay_on_this_machine(name: str) -> None:
    """Bind to 127.0.0.1, unless whoever starts the node chose a profile, as launch files do.

    Fast DDS by itself listens on every interface of the machine.
    """
    kind = "camera" if name in READ_IMAGES else "udp"
    profile = transports(f"fastdds_{kind}.xml")
    if not profile.keys() & os.environ.keys():
        os.environ.update(profile)


def _run(module: str) -> None:
    run_module(module, f"ballbot_fusion.nodes.{module}")


def run_module(name: str, module: str) -> None:
    """Import ``module`` and run its ``main`` as the process of the node ``name``."""
    _stay_on_this_machine(name)
    with suppress(PermissionError):  # then all begin alike, and cameras come last
        os.nice(NICENESS.get(name, 0))
    for number in (signal.SIGINT, signal.SIGTERM):
        # Nothing has begun that would have to be ended; nodes/process.py takes over when it has.
        signal.signal(number, lambda *_: os._exit(0))
    gc.disable()  # nothing that is imported becomes garbage; nodes/process.py enables it
    import_module(module).main()


def mujoco_bridge() -> None:
    """Stand in for the robot's drivers."""
    _run("mujoco_bridge")


def camera_bridge() -> None:
    """Render the simulated robot's depth cameras."""
    _run("camera_bridge")


def inference() -> None:
    """Run the policy."""
    _run("inference_node")


def failing_inference() -> None:
    """Run the policy of a simulated robot, and spoil what it says."""
    _run("failing_inference")


def safety() -> None:
    """Guard the motors."""
    _run("safety_node")


def monitor() -> None:
    """Print a status line a second."""
    _run("monitor")


def recorder() -> None:
    """Record everything."""
    _run("recorder")


def player() -> None:
    """Play a recording."""
    _run("player")
