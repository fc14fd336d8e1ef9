"""A safety core on the bench: inputs of a robot that stands well, to be spoilt by the tests."""

from dataclasses import dataclass, field
from math import radians

from unit.core.streams import MS, ROBOT, START_NS

from ballbot_fusion.core.balance import BalanceController
from ballbot_fusion.core.estimator import Estimate
from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.policy_watch import PolicyCommand
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.rotation import Quaternion, from_rpy
from ballbot_fusion.core.safety import Safety, SafetyInputs, SafetyOutput, SafetyState
from ballbot_fusion.core.samples import Source

MAX_TORQUE = ROBOT.wheels.max_torque
SAFETY = Safety(BalanceController.of(ROBOT, 200.0), MAX_TORQUE, 200.0)
LIMITS = SAFETY.settings
GOOD = (0.2, -0.1, 0.3)
"""Torques that a policy may ask for, N m."""


def leaning(degrees: float) -> Quaternion:
    """Attitude of a body that leans forward."""
    return from_rpy(0.0, radians(degrees), 0.0)


@dataclass
class Bench:
    """One safety core and its time; ``step`` gives it what a healthy robot would."""

    state: SafetyState = field(default_factory=lambda: SafetyState(since_ns=START_NS))
    now_ns: int = START_NS
    safety: Safety = SAFETY

    def inputs(
        self,
        effort: tuple[float, ...] | None = GOOD,
        imu: Reason = Reason.OK,
        encoders: Reason = Reason.OK,
        estimate: dict | None = None,
        **asked: object,
    ) -> SafetyInputs:
        """Inputs at this moment, but for what is changed."""
        sensed = Estimate(imu_ns=self.now_ns, encoders_ns=self.now_ns)
        heard = None if effort is None else PolicyCommand(effort, self.now_ns)
        sources = {Source.IMU: imu, Source.ENCODERS: encoders}
        return SafetyInputs(
            sensed._replace(**(estimate or {})), sources, asked.pop("command", heard), **asked
        )

    def step(self, ms: float = 5.0, **changes: object) -> SafetyOutput:
        """Let time pass, then step."""
        self.now_ns += round(ms * MS)
        inputs = self.inputs(**changes)
        state, output = self.safety.step(self.state, inputs, self.now_ns)
        self.state = self.safety.looked(state, inputs)
        return output

    def run(self, seconds: float, **changes: object) -> list[SafetyOutput]:
        """Step at 200 Hz."""
        return [self.step(**changes) for _ in range(round(seconds * 200))]

    @property
    def mode(self) -> Mode:
        """Where the state machine is."""
        return self.state.mode


def armed() -> Bench:
    """Armed for long enough that the whole torque is allowed."""
    bench = Bench()
    bench.run(LIMITS.arming_hold_s + 0.01)
    bench.step(arm=True)
    bench.run(LIMITS.torque_ramp_s + 0.01)
    assert bench.mode is Mode.ARMED
    return bench


def in_fallback() -> Bench:
    """Armed, and the policy has just fallen silent."""
    bench = armed()
    bench.run(0.02, effort=None)
    assert bench.mode is Mode.FALLBACK
    return bench
