"""Figures of the whole graph: real launches, real processes, by name."""

from importlib import import_module
from types import ModuleType

MEASURES = {
    "start": "from the launch command to an armed robot, s",
    "real_time": "a long run at the pace of the clock: rates, latency, real-time factor",
    "hardware": "robot.launch.py beside the simulated hardware, driven for minutes",
    "doctor": "`ballbot doctor` beside the simulated hardware: it must find nothing",
    "images": "640x480 depth through the graph: images lost, rate rendered",
    "lockstep": "the same bits twice, and as without ROS; upright on every terrain",
    "replay": "recordings in lockstep under every kind of fault, replayed bit for bit",
    "replay_real_time": "the same at the pace of the clock, and of processes that die",
    "recorder": "what recording at full rates takes of a core, and what it loses",
    "kills": "SIGKILL of the policy's process, again and again, while standing",
}
"""Measure by what it shows; each is a module of this package."""


def load_measure(name: str) -> ModuleType:
    """Import a measure; raises KeyError for names that are not in MEASURES."""
    MEASURES[name]
    return import_module(f"{__name__}.{name}")
