"""The graph of a soak: one launch that is put back on its stand for every leg, and looked at."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ballbot_fusion.core.robot import load_robot
from ballbot_fusion.core.wheel_joints import WheelJoints
from ballbot_fusion.evaluation.fault_watch import is_possible
from ballbot_fusion.evaluation.soak.plan import SoakPlan
from ballbot_fusion.evaluation.soak.resources import resources
from ballbot_fusion.operation.client import client
from ballbot_fusion.operation.command_latency import CommandLatency
from ballbot_fusion.operation.diagnostics import Diagnostics, drives, moves
from ballbot_fusion.operation.launched import Launched
from ballbot_fusion.operation.motor_commands import MotorCommands
from ballbot_fusion.operation.parameters import write
from ballbot_fusion.operation.reported import BRIDGE, Reported, reported
from ballbot_fusion.operation.steered import Steered
from ballbot_fusion.operation.triggers import trigger

PROCESSES = ("mujoco_bridge", "camera_bridge", "inference", "safety", "monitor")
"""Executables that are looked at."""
TERRAIN = "rough"
DRIVES_S = 30.0
"""How long the graph may take until it drives, s."""
RECOVERS_S = 10.0
"""How long the policy may take to drive again when nothing fails any more, s."""
DRAIN_S = 0.2
"""How often commands are taken from the middleware, s."""


class SoakGraph:
    """One launch, and one node that listens to it. Whatever breaks is raised, and says what."""

    def __init__(self, plan: SoakPlan, log: Path) -> None:
        """Launch as ``plan`` says; what it prints goes into the file ``log``.

        Raises:
            TimeoutError: it does not arm.
            RuntimeError: it lacks a process.
        """
        robot = load_robot("")
        torque = robot.wheels.max_torque
        told = WheelJoints.of(robot).commanded((torque, torque, torque))
        self._limit = max(map(abs, told))
        self.bad_commands = 0
        self.faults: dict[int, Reported] = {}
        """By number, as the bridge said last."""
        given = (f"policy:={plan.policy}", f"terrain:={TERRAIN}", f"seed:={plan.seed}")
        with ExitStack() as opened:
            launch = opened.enter_context(Launched("sim.launch.py", *given, log=log))
            launch.says("ARMED: armed")
            self._ids = {name: number for number, name in launch.processes().items()}
            if missing := set(PROCESSES) - set(self._ids):
                raise RuntimeError(f"The launch lacks {', '.join(sorted(missing))}; see {log}.")
            self._node = opened.enter_context(client(name="soak"))
            self._said, self._heard = Diagnostics(self._node), MotorCommands(self._node)
            self._latency = CommandLatency(self._node)
            self._opened = opened.pop_all()

    @contextmanager
    def steered(self, speed: float) -> Iterator[Steered]:
        """Put the robot back on its stand, without faults; drive it at ``speed``, m/s, in a block.

        Raises:
            RuntimeError: the bridge refuses, or the robot is not driven then.
        """
        self.switch("")
        done, said = trigger(self._node, "reset")
        if not done:
            raise RuntimeError(f"the robot was not put back on its stand: {said}")
        self._said.values.clear()  # it tells of before
        with Steered(speed) as operator:
            if not self._said.await_(lambda v: drives(v) and moves(v), DRIVES_S):
                raise RuntimeError(f"it is not driven; it says {self._said.values}")
            self._latency.hear(self._heard.take())
            self._latency.median_ms()
            self.bad_commands = 0
            yield operator

    def switch(self, words: str) -> None:
        """Let exactly these faults be in force; see the bridge's parameter of that name."""
        write(self._node, f"/{BRIDGE}", {"faults": words})

    def pass_time(self) -> None:
        """Listen for a moment."""
        self._said.pass_time(DRAIN_S)
        heard = self._heard.take()
        self._latency.hear(heard)
        self.bad_commands += sum(not is_possible(c.effort, self._limit) for c in heard)
        self.faults.update({entry.number: entry for entry in reported(self.bridge)})

    @property
    def bridge(self) -> Mapping[str, str]:
        """What the bridge said last; nothing before it has."""
        return self._said.values.get(BRIDGE, {})

    @property
    def steps(self) -> tuple[int, int]:
        """In how many steps safety was armed, and in how many of them the policy drove."""
        safety = self._said.values["safety"]
        return int(safety["armed_steps"]), int(safety["policy_steps"])

    @property
    def fell(self) -> bool:
        """Whether the robot fell since it was on its stand."""
        return self.bridge.get("fell") == "True"

    def check(self) -> None:
        """Raise RuntimeError when a process has ended, even if another one took its place."""
        ended = [name for name in PROCESSES if not Path(f"/proc/{self._ids[name]}").exists()]
        if ended:
            raise RuntimeError(f"{', '.join(ended)} ended")

    def await_recovery(self) -> None:
        """Raise RuntimeError when the policy does not drive again, now that nothing fails."""
        if not self._said.await_(drives, RECOVERS_S):
            raise RuntimeError(f"the policy does not drive again; it says {self._said.values}")

    def look(self) -> dict[str, Any]:
        """Return what every process holds, and the median latency since the last look, ms.

        Raises:
            OSError: a process has ended.
            RuntimeError: there was no command.
        """
        latency_ms = self._latency.median_ms()
        if latency_ms is None:
            raise RuntimeError("the motors were told nothing since the last look")
        found: dict[str, Any] = {}
        for name in PROCESSES:
            held = asdict(resources(self._ids[name]))
            found |= {f"{name} {key}": value for key, value in held.items()}
        return {**found, "latency_ms": latency_ms}

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        """End the launch."""
        self._opened.close()
