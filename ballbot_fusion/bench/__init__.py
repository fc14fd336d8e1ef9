"""How fast everything is on this machine, by name; never against the clock of another machine."""

from importlib import import_module
from types import ModuleType

BENCHES = {
    "inference": "policy files: a tick with and without new frames, the whole graph, torch eager",
    "sim": "drivetrains, depth renderers, the closed loop and many environments, without ROS",
    "latency": "sensor to motor command: the graph, the floor of the machine, the usual way",
    "tick": "period of the control loop: idle, with the simulator, with hogs on every core",
    "train": "samples and steps a second of the fit, on a dataset made for it",
}
"""Bench by what it shows; each is a module of this package with ``REPEATS`` and ``run``."""


def load_bench(name: str) -> ModuleType:
    """Import a bench; raises KeyError for names that are not in BENCHES."""
    BENCHES[name]
    return import_module(f"{__name__}.{name}")
