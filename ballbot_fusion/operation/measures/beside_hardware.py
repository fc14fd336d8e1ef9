"""robot.launch.py beside the simulated hardware: both launched, their logs kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from rclpy.node import Node

from ballbot_fusion.core.resources import share
from ballbot_fusion.core.topic_names import EFFORTS
from ballbot_fusion.operation.client import client
from ballbot_fusion.operation.diagnostics import Diagnostics
from ballbot_fusion.operation.launched import Launched
from ballbot_fusion.operation.measures.setting import Setting

READY_S = 60.0
"""How long everybody may take to start, s."""


class Beside(NamedTuple):
    """Two launches, and whoever listens to them."""

    node: Node
    said: Diagnostics
    drivers: Launched
    robot: Launched


def described() -> tuple[Path, Path]:
    """Return the robot file and the remappings of the simulated hardware."""
    folder = share() / "config" / "hardware"
    return folder / "robot.yaml", folder / "topics.yaml"


@contextmanager
def beside_hardware(setting: Setting, seed: int, *arguments: str) -> Iterator[Beside]:
    """Launch both, the robot with ``arguments``; when inference ticks, it is ready.

    Raises:
        RuntimeError: it did not within READY_S.
    """
    robot, topics = described()
    logs = {name: setting.folder / f"{name}_{seed}.log" for name in ("hardware", "robot")}
    with (
        client(name="measure") as node,
        Launched("hardware.launch.py", f"seed:={seed}", log=logs["hardware"]) as drivers,
        Launched(
            "robot.launch.py", f"robot:={robot}", f"topics:={topics}", f"command_type:={EFFORTS}",
            "record:=none", *arguments, *setting.arguments, log=logs["robot"],
        ) as launch,
    ):  # fmt: skip
        said = Diagnostics(node)
        if not said.await_(lambda v: float(v["inference"]["ticks"]) > 0, READY_S):
            raise RuntimeError(f"Inference did not begin. The launch said:\n{launch.text}")
        yield Beside(node, said, drivers, launch)
