"""The safety state machine: the only way to the motors.

DISARMED -> ARMED when asked and every precondition holds; ARMED -> FALLBACK when the policy cannot
be used (see policy_watch); back when it has been good for a while; anything -> FAULT, which stays
until it is disarmed, when balancing is no longer possible or somebody says stop.
"""

from dataclasses import dataclass, field
from functools import cached_property
from math import degrees, isfinite, radians
from typing import NamedTuple

from ballbot_fusion.core.balance import BalanceController
from ballbot_fusion.core.estimator import ZERO, Estimate
from ballbot_fusion.core.mode import BALANCING, Mode
from ballbot_fusion.core.policy_watch import PolicyCommand, PolicyWatch, Watch
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.safety_settings import SafetySettings
from ballbot_fusion.core.samples import Sample, Source
from ballbot_fusion.core.velocity_loop import VelocityLoop
from ballbot_fusion.core.wheel_check import Evidence, Felt, WheelCheck
from ballbot_fusion.core.wheel_joints import WheelJoints


class SafetyInputs(NamedTuple):
    """What one step of the state machine looks at."""

    estimate: Estimate
    sources: dict[Source, Reason]
    """Health of the streams as the tick judged it."""
    command: PolicyCommand | None = None
    """Newest command that arrived since the last step, None when none did."""
    arm: bool = False
    """Somebody asks to arm now."""
    disarm: bool = False
    e_stop: bool = False
    """Pressed now."""
    stop_reason: str = "emergency stop pressed"
    """Who pressed it, in words."""
    missing: str = ""
    """What an operator must give for the motors to run (a heartbeat, a button that is held), and
    does not: nobody may arm, and what is armed stops as if by ``e_stop``."""
    felt: Felt | None = None
    """What wheels and IMU said, for the check of the wheels; None: nothing to check."""
    publishers: int = 1
    """How many publishers the motor topic has, this node's own included."""


class SafetyState(NamedTuple):
    """Everything that the state machine remembers. Times are steady nanoseconds."""

    mode: Mode = Mode.DISARMED
    since_ns: int = 0
    """When the mode began."""
    reason: str = "not armed yet"
    """Why this mode, in words."""
    handed_back: bool = False
    """Whether ARMED was entered from FALLBACK: then torque is blended, not ramped."""
    watch: Watch = Watch()
    """The policy's commands."""
    ready_since_ns: int | None = None
    """Since when every precondition of arming has held."""
    travel: Vector = ZERO
    """Integral of the fallback's velocity error, m."""
    wheels: Evidence | None = None
    """What speaks for and against the cables of the encoders since arming."""
    effort: Vector = ZERO
    """What went to the motors last, N m."""
    setpoint: Vector = ZERO
    """The same as velocities, where the driver takes those, rad/s at the wheel."""
    step_ns: int = 0
    armed_steps: int = 0
    policy_steps: int = 0


class SafetyOutput(NamedTuple):
    """What goes to the motors: wheel torques [N m], and who drove: policy, fallback or none."""

    effort: Vector
    driver: str
    setpoint: Vector = ZERO
    """For drivers that take velocities: what gives these torques, or brakes (0), rad/s."""


def echo(state: SafetyState, joints: WheelJoints, now_ns: int) -> list[Sample]:
    """What the motors were told last, as a driver with ``joints`` hears it, at ``now_ns``.

    It arrives when others hear it; but whoever commands the motors need not be told.
    """
    if not state.step_ns:
        return []
    return [joints.echo(state.effort, state.step_ns, now_ns)]


def _strangers(inputs: SafetyInputs) -> str:
    """Say that somebody else commands the motors; empty when nobody does."""
    if inputs.publishers <= 1:
        return ""
    return f"{inputs.publishers} publishers on the motor topic, expected this node alone"


def _is_finite(estimate: Estimate) -> bool:
    # The tilt of finite numbers that are no attitude may be none, and no limit would hold it.
    values = (*estimate.attitude, *estimate.rate, *estimate.velocity, estimate.tilt)
    return all(map(isfinite, values))


@dataclass(frozen=True)
class Safety:
    """Constants of one robot and control rate; all state is in SafetyState."""

    fallback: BalanceController
    max_torque: float
    rate_hz: float
    settings: SafetySettings = field(default_factory=SafetySettings)
    wheels: WheelCheck | None = None
    """Looks for wrong cables of the encoders; None: nobody does."""
    velocity: VelocityLoop | None = None
    """Of drivers that take velocities; None: they take torques."""

    @cached_property
    def watch(self) -> PolicyWatch:
        """Judges the policy's commands."""
        return PolicyWatch(self.max_torque, self.rate_hz, self.settings)

    def step(
        self, state: SafetyState, inputs: SafetyInputs, now_ns: int
    ) -> tuple[SafetyState, SafetyOutput]:
        """Advance to ``now_ns`` (steady); never raises on bad input, never lets it through."""
        state = self._with_time(state, now_ns)
        state = state._replace(watch=self.watch.step(state.watch, inputs.command, now_ns))
        state = self._with_mode(state, inputs, now_ns)
        state = self._with_travel(state, inputs)
        output = self._told(state, inputs, now_ns)
        if not all(map(isfinite, (*output.effort, *output.setpoint))):
            state = self._fault(state, "the fallback gave a torque that is not finite", now_ns)
            output = self._told(state, inputs, now_ns)
        armed = state.mode in BALANCING
        state = state._replace(
            effort=output.effort,
            setpoint=output.setpoint,
            step_ns=now_ns,
            armed_steps=state.armed_steps + armed,
            policy_steps=state.policy_steps + (output.driver == "policy"),
        )
        return state, output

    @staticmethod
    def _with_time(state: SafetyState, now_ns: int) -> SafetyState:
        """Let nothing lie in the future when steady time went back (simulated time, restarted)."""
        if now_ns >= state.step_ns:
            return state
        return state._replace(
            since_ns=now_ns, step_ns=now_ns, watch=Watch(), ready_since_ns=None, wheels=None
        )

    def looked(self, state: SafetyState, inputs: SafetyInputs) -> SafetyState:
        """Gather what speaks for and against the cables, from arming on: for the next step.

        Apart from ``step``, for it takes time: the motors need not wait for it.
        """
        if self.wheels is None or not self.settings.wheel_check:
            return state
        if state.mode not in BALANCING or inputs.felt is None:
            return state
        return state._replace(wheels=self.wheels.step(state.wheels, inputs.felt))

    # --- the mode ---

    def _with_mode(self, state: SafetyState, inputs: SafetyInputs, now_ns: int) -> SafetyState:
        if inputs.e_stop:
            return self._fault(state, inputs.stop_reason, now_ns)
        if inputs.disarm:
            return self._enter(state, Mode.DISARMED, "disarmed by the operator", now_ns)
        if state.mode is Mode.FAULT:
            return state
        if state.mode is Mode.DISARMED:
            return self._arming(state, inputs, now_ns)
        if inputs.missing:
            return self._fault(state, f"emergency stop, {inputs.missing}", now_ns)
        defect = _strangers(inputs) or self._cannot_balance(inputs, now_ns)
        if self.wheels is not None and self.settings.wheel_check:
            defect = defect or self.wheels.defect(state.wheels)
        if defect:
            return self._fault(state, defect, now_ns)
        watch = state.watch
        why = watch.refused if watch.good_since_ns is None else self._must_brake(inputs, now_ns)
        if state.mode is Mode.ARMED and why:
            return self._enter(state, Mode.FALLBACK, why, now_ns)
        good_again = not why and watch.good_for_s(now_ns) >= self.settings.handback_s
        if state.mode is Mode.FALLBACK and good_again:
            return self._enter(state, Mode.ARMED, "the policy is good again", now_ns)
        return state

    @staticmethod
    def _enter(state: SafetyState, mode: Mode, reason: str, now_ns: int) -> SafetyState:
        if state.mode is mode:
            return state
        travel = ZERO if mode in (Mode.DISARMED, Mode.FALLBACK) else state.travel
        return state._replace(
            mode=mode,
            since_ns=now_ns,
            reason=reason,
            handed_back=state.mode is Mode.FALLBACK,
            travel=travel,
            ready_since_ns=None,
            wheels=None if state.mode is Mode.DISARMED else state.wheels,
        )

    def _fault(self, state: SafetyState, reason: str, now_ns: int) -> SafetyState:
        return self._enter(state, Mode.FAULT, reason, now_ns)

    def _cannot_balance(self, inputs: SafetyInputs, now_ns: int) -> str:
        """Say what makes balancing impossible; empty when nothing does."""
        estimate, limits = inputs.estimate, self.settings
        if not _is_finite(estimate):
            return "the state estimate is not finite"
        if now_ns - estimate.imu_ns >= limits.imu_fault_s * 1e9:
            return f"IMU: {inputs.sources[Source.IMU].text} for {limits.imu_fault_s * 1e3:g} ms"
        if estimate.tilt > radians(limits.tilt_limit_deg):
            return f"tilt {degrees(estimate.tilt):.0f} degrees, limit {limits.tilt_limit_deg:g}"
        longest_s = limits.encoder_brake_s + limits.encoder_hold_s
        if now_ns - estimate.encoders_ns >= longest_s * 1e9:
            return f"encoders: {inputs.sources[Source.ENCODERS].text} for {longest_s:g} s"
        return ""

    def _must_brake(self, inputs: SafetyInputs, now_ns: int) -> str:
        """Say why nobody may drive, though balancing is possible; empty when all may go on."""
        limit_s = self.settings.encoder_brake_s
        if now_ns - inputs.estimate.encoders_ns < limit_s * 1e9:
            return ""
        text = inputs.sources[Source.ENCODERS].text
        return f"encoders: {text} for {limit_s:g} s; braking on the velocity that the motors tell"

    def missing_for_arming(self, state: SafetyState, inputs: SafetyInputs) -> str:
        """Name the first precondition of arming that does not hold; empty when all do."""
        if inputs.missing:
            return inputs.missing
        if not _is_finite(inputs.estimate):
            return "the state estimate is not finite"
        tilt = degrees(inputs.estimate.tilt)
        for source, name in ((Source.IMU, "IMU"), (Source.ENCODERS, "encoders")):
            if inputs.sources[source] is not Reason.OK:
                return f"{name}: {inputs.sources[source].text}"
        if tilt > self.settings.arming_tilt_deg:
            limit = self.settings.arming_tilt_deg
            return f"tilt {tilt:.0f} degrees, arming needs {limit:g} or less"
        if strangers := _strangers(inputs):
            return strangers
        if state.watch.good_since_ns is None:
            return state.watch.refused or "no command from the policy yet"
        return ""

    def _arming(self, state: SafetyState, inputs: SafetyInputs, now_ns: int) -> SafetyState:
        missing = self.missing_for_arming(state, inputs)
        if missing:
            return state._replace(ready_since_ns=None, reason=f"not ready: {missing}")
        since = now_ns if state.ready_since_ns is None else state.ready_since_ns
        if inputs.arm and now_ns - since >= self.settings.arming_hold_s * 1e9:
            return self._enter(state, Mode.ARMED, "armed", now_ns)
        return state._replace(ready_since_ns=since, reason="ready to be armed")

    # --- the torque ---

    def _told(self, state: SafetyState, inputs: SafetyInputs, now_ns: int) -> SafetyOutput:
        """What goes to the motors, as torques and, where they take those, as velocities."""
        output = self._output(state, inputs, now_ns)
        if self.velocity is None:
            return output
        if state.mode is Mode.DISARMED or inputs.e_stop or inputs.missing:
            return output  # brakes at once
        if output.driver == "none":
            # By no speed that may be what is at fault: from where it is to braking.
            return output._replace(setpoint=self._ramped_down(state, state.setpoint, now_ns))
        measured = inputs.sources[Source.ENCODERS] is Reason.OK
        speeds = self.velocity.speeds(inputs.estimate, measured=measured)
        told = self.velocity.setpoints(output.effort, speeds)
        given = self.velocity.efforts(told, speeds)
        return SafetyOutput(given, output.driver, told)

    def _with_travel(self, state: SafetyState, inputs: SafetyInputs) -> SafetyState:
        if state.mode is not Mode.FALLBACK:
            return state
        return state._replace(travel=self.fallback.advance(state.travel, inputs.estimate))

    def _output(self, state: SafetyState, inputs: SafetyInputs, now_ns: int) -> SafetyOutput:
        if state.mode is Mode.DISARMED or inputs.e_stop or inputs.missing:
            return SafetyOutput(ZERO, "none")
        if state.mode is Mode.FAULT:
            return SafetyOutput(self._ramped_down(state, state.effort, now_ns), "none")
        if state.mode is Mode.FALLBACK:
            effort = self.fallback.wheel_torques(inputs.estimate, ZERO, state.travel)
            return SafetyOutput(self._limited(state, effort, now_ns), "fallback")
        effort = self._policy_effort(state, inputs, now_ns)
        return SafetyOutput(self._limited(state, effort, now_ns), "policy")

    def _policy_effort(self, state: SafetyState, inputs: SafetyInputs, now_ns: int) -> Vector:
        if state.watch.command is None:
            return ZERO
        x, y, z = state.watch.command.effort
        share = (now_ns - state.since_ns) / (self.settings.blend_s * 1e9)
        if share >= 1.0 or not state.handed_back:
            return (x, y, z)
        a, b, c = self.fallback.wheel_torques(inputs.estimate, ZERO, state.travel)
        return (a + share * (x - a), b + share * (y - b), c + share * (z - c))

    def _limited(self, state: SafetyState, effort: Vector, now_ns: int) -> Vector:
        limit = self.max_torque
        if not state.handed_back and state.mode is Mode.ARMED:
            risen = (now_ns - state.since_ns) / (self.settings.torque_ramp_s * 1e9)
            limit *= min(1.0, 0.25 + 0.75 * risen)
        x, y, z = (min(max(value, -limit), limit) for value in effort)
        return self._slewed(state, (x, y, z), now_ns)

    def _slewed(self, state: SafetyState, effort: Vector, now_ns: int) -> Vector:
        """Let the torque change no faster than the motors and gears are meant to."""
        share = (now_ns - state.step_ns) / (self.settings.torque_slew_s * 1e9)
        most = self.max_torque * share
        x, y, z = (
            min(max(value, last - most), last + most)
            for value, last in zip(effort, state.effort, strict=True)
        )
        return (x, y, z)

    def _ramped_down(self, state: SafetyState, last: Vector, now_ns: int) -> Vector:
        """Walk from ``last`` to zero in equal steps; what is sent now acts until the next step."""
        left = self.settings.ramp_down_s * 1e9 - (now_ns - state.since_ns)
        after = left - (now_ns - state.step_ns)
        if after <= 0.0:
            return ZERO
        share = after / left  # first: rounding must never lengthen a torque
        x, y, z = (value * share for value in last)
        return (x, y, z)
