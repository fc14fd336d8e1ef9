"""The graph of a soak: one launch that is put back on its stand for every leg, and looked at."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from statistics import median
from types import TracebackType
from typing import Any, Self

from ballbot_fusion.core.robot import load_robot
from ballbot_fusion.evaluation.fault_watch import ROUNDING
from ballbot_fusion.evaluation.soak.leg import SoakPlan
from ballbot_fusion.evaluation.soak.resources import resources
from ballbot_fusion.operation.client import client
from ballbot_fusion.operation.diagnostics import Diagnostics, Values
from ballbot_fusion.operation.launched import Launched
from ballbot_fusion.operation.motor_commands import MotorCommand, MotorCommands
from ballbot_fusion.operation.parameters import write
from ballbot_fusion.operation.reported import Reported, reported
from ballbot_fusion.operation.steered import Steered
from ballbot_fusion.operation.triggers import trigger

PROCESSES = ("mujoco_bridge", "camera_bridge", "inference", "safety", "monitor")
"""Executables that are looked at."""
TERRAIN = "rough"
BRIDGE = "mujoco_bridge"
DRIVES_S = 30.0
"""How long the graph may take until it drives, s."""
DRAIN_S = 0.2
"""How often commands are taken from the middleware, s."""


def _drives(values: Values) -> bool:
    return values["safety"]["mode"] == "ARMED" and values[BRIDGE]["held"] == "False"


class SoakGraph:
    """One launch, and one node that listens to it."""

    def __init__(self, plan: SoakPlan, log: Path) -> None:
        """Launch as ``plan`` says; what it prints goes into the file ``log``.

        Raises:
            RuntimeError: it never drove.
        """
        self._limit = load_robot("").wheels.max_torque * ROUNDING
        self._commands: list[MotorCommand] = []
        self.bad_commands = 0
        self.faults: dict[int, Reported] = {}
        """By number, as the bridge said last."""
        given = (f"policy:={plan.policy}", f"terrain:={TERRAIN}", f"seed:={plan.seed}")
        with ExitStack() as opened:
            self._launch = opened.enter_context(Launched("sim.launch.py", *given, log=log))
            self._launch.says("ARMED: armed")
            self._ids = {name: self._launch.process_id(name) for name in PROCESSES}
            self._node = opened.enter_context(client(name="soak"))
            self._said, self._heard = Diagnostics(self._node), MotorCommands(self._node)
            if not self._said.await_(_drives, DRIVES_S):
                raise RuntimeError(f"The robot was never driven. It says {self._said.values}.")
            self._opened = opened.pop_all()

    def begin(self, speed: float) -> Steered:
        """Put the robot back on its stand, without faults; return who steers it, at ``speed`` m/s.

        Raises:
            RuntimeError: the bridge refuses.
        """
        self.switch("")
        done, said = trigger(self._node, "reset")
        if not done:
            raise RuntimeError(f"The robot was not put back on its stand: {said}")
        self._commands.clear()
        self.bad_commands = 0
        return Steered(speed)

    def switch(self, words: str) -> None:
        """Let exactly these faults be in force; see the bridge's parameter of that name."""
        write(self._node, f"/{BRIDGE}", {"faults": words})

    def pass_time(self) -> None:
        """Listen for a moment."""
        self._said.pass_time(DRAIN_S)
        for command in self._heard.take():
            self._commands.append(command)
            self.bad_commands += not self._possible(command)
        self.faults.update({entry.number: entry for entry in reported(self.bridge)})

    def _possible(self, command: MotorCommand) -> bool:
        return all(isfinite(torque) and abs(torque) <= self._limit for torque in command.effort)

    @property
    def bridge(self) -> Mapping[str, str]:
        """What the bridge said last."""
        return self._said.values[BRIDGE]

    @property
    def fell(self) -> bool:
        """Whether the robot fell since it was on its stand."""
        return self.bridge["fell"] == "True"

    @property
    def gone(self) -> list[str]:
        """Processes that have ended, or were started again."""
        return [name for name, number in self._ids.items() if not Path(f"/proc/{number}").exists()]

    def look(self) -> dict[str, Any]:
        """Return what every process holds, and the median latency since the last look.

        From the stamp of an IMU sample until the command made of it was sent, ms; None without any.

        Raises:
            OSError: a process has ended.
        """
        found: dict[str, Any] = {}
        for name, number in self._ids.items():
            found |= {f"{name} {key}": value for key, value in asdict(resources(number)).items()}
        late_ns = [command.sent_ns - command.stamp_ns for command in self._commands]
        self._commands.clear()
        return {**found, "latency_ms": median(late_ns) * 1e-6 if late_ns else None}

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        """End the launch."""
        self._opened.close()
