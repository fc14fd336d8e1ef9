"""The inference node of a simulated robot whose policy fails as somebody asks for.

It is the inference node in all but what it says; see simulation/policy_faults.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any, Self

from pydantic import Field, model_validator
from rclpy.parameter import Parameter

from ballbot_fusion.core.policy_watch import PolicyCommand
from ballbot_fusion.core.samples import Sample
from ballbot_fusion.nodes import wire_out
from ballbot_fusion.nodes.inference_node import InferenceNode
from ballbot_fusion.nodes.inference_settings import InferenceSettings
from ballbot_fusion.nodes.lockstep import steady_ns
from ballbot_fusion.nodes.process import run
from ballbot_fusion.simulation.policy_faults.fault import Answer
from ballbot_fusion.simulation.policy_faults.gate import PolicyGate
from ballbot_fusion.simulation.policy_faults.order import policy_orders_of
from ballbot_fusion.simulation.policy_faults.possible import objection


class FailingSettings(InferenceSettings):
    """Parameters of an inference node whose policy can be made to fail."""

    faults: str | tuple[str, ...] = ""
    """Faults of the policy, such as "policy nan after 2 for 1", or a list of them; times count from
    its first tick, or from when they are switched on."""
    seed: int = Field(0, ge=0)
    """Of the random numbers of faults that name none."""

    @model_validator(mode="after")
    def _faults_that_can_be(self) -> Self:
        for order in policy_orders_of(self.faults):
            if why := objection(order.fault.kind, lockstep=self.lockstep):
                raise ValueError(f"faults has {order.text!r}, expected another kind: {why}")
        return self


class FailingInference(InferenceNode):
    """Ticks as the inference node does, and says what its faults leave of the answer."""

    model: type[InferenceSettings] = FailingSettings
    live = InferenceNode.live | {"faults"}
    settings: FailingSettings

    def configure(self) -> None:
        """Build what the inference node does, and the faults."""
        super().configure()
        torque = self._robot.wheels.max_torque
        sleep = None if self.settings.lockstep else time.sleep
        self._gate = PolicyGate(torque, self._respawn, self.settings.seed, sleep)

    def start(self) -> None:
        """Begin anew, and the faults with it."""
        super().start()
        self._now_ns = self._state.now_ns
        self._gate.restart(self.settings.faults, self._now_ns)

    def changed(self, settings: InferenceSettings) -> None:
        """Take settings; faults begin now."""
        assert isinstance(settings, FailingSettings)
        super().changed(settings)
        if self.active:  # else they begin with it
            self._gate.switch(settings.faults, self._now_ns)

    def _respawn(self, now_ns: int) -> None:
        """What another process in its place would know."""
        self.forget(now_ns, steady_ns(self.settings.lockstep)[1])

    # --- what it says ---

    def tick(self, samples: list[Sample], now_ns: int, stamp_ns: int | None = None) -> None:
        """Tick, unless a fault keeps it from that, and say what faults leave of the answer."""

        def ask(heard: Sequence[Sample], at_ns: int) -> Answer:
            super(FailingInference, self).tick(list(heard), at_ns, stamp_ns)
            return Answer(PolicyCommand(self._meant, at_ns))

        # Not that of the state: a fault may keep it from its ticks.
        self._now_ns = now_ns
        command = self._gate.passed(ask, samples, now_ns).command
        if self.settings.lockstep:
            self._answer(command, now_ns)
        elif command is not None:
            # The stamp of the sample that it answers to, which came as much earlier.
            super().say(command.effort, self._newest_stamp_ns - command.lag_ns)
        left = self._gate.left(now_ns)
        if left is not None:
            self.set_parameters([Parameter("faults", value=left)])

    def say(self, effort: tuple[float, ...], _stamp_ns: int) -> None:
        """Keep it: faults come first."""
        self._meant = effort

    def _answer(self, command: PolicyCommand | None, now_ns: int) -> None:
        """Say it, or that nothing is said in this tick, for which safety waits."""
        if command is None:
            self.commands.publish(wire_out.effort_bytes((), (), now_ns))
        else:
            super().say(command.effort, now_ns)

    # --- diagnostics ---

    def report(self) -> tuple[bytes, str, Mapping[str, Any]]:
        """What the inference node says, and what was spoilt."""
        level, sentence, values = super().report()
        return level, sentence, {**values, **self._gate.values(self._now_ns)}


def main() -> None:
    """Run the inference node whose policy can be made to fail."""
    run(FailingInference)
