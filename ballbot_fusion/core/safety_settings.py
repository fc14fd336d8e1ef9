"""Limits within which the motors get commands."""

from typing import Annotated

from pydantic import Field

from ballbot_fusion.core.robot import Positive
from ballbot_fusion.core.settings import Settings

Seconds = Annotated[float, Field(gt=0.0, le=3600.0)]
"""A time-out that does not come within an hour is none, and one that overflows ends the node."""


class SafetySettings(Settings):
    """What the safety node tolerates, and for how long."""

    tilt_limit_deg: Positive = 30.0
    """Beyond this tilt the motors are ramped to zero and the fault latches, degrees."""
    arming_tilt_deg: Positive = 10.0
    """Largest tilt at which arming is allowed, degrees."""
    arming_hold_s: Seconds = 0.3
    """How long every precondition must have held before arming, s."""
    torque_slew_s: Seconds = 0.008
    """Torque goes from zero to the largest no faster than this, s."""
    torque_ramp_s: Seconds = 0.2
    """After arming, the torque limit rises from a quarter to the whole in this time, s."""
    policy_timeout_s: Seconds = 0.015
    """Silence after which the policy is replaced, s; at least 2.5 control periods are allowed."""
    policy_lag_s: Annotated[float, Field(gt=0.0, le=0.1)] = 0.03
    """A command is late when a newer IMU sample than it answers to has been here for longer, s; not
    many more samples are remembered than come within the largest value."""
    largest_jump: Positive = 1.2
    """A larger change of a torque from one command to the next is a jump, share of the largest
    torque. The default policy changed it by 0.54 at most under the hardest pushes that it survives,
    and once by 1.28, when an IMU that had been late was on time again."""
    jumps_within_s: Seconds = 0.05
    """A policy that jumps twice within this is replaced, s; the slew limit softens a single one."""
    handback_s: Seconds = 0.5
    """How long the policy must have been good before it drives again, s."""
    blend_s: Seconds = 0.1
    """Time over which torque moves from fallback to policy, s."""
    imu_fault_s: Seconds = 0.064
    """Newest IMU sample as old as this: nobody balances for longer without one, fault, s. A silence
    of 60 ms must be survived: the next sample has 4 ms to come and be heard."""
    encoder_brake_s: Seconds = 2.1
    """Without encoders for this long the fallback brakes, by what the motors gave since, s."""
    encoder_hold_s: Seconds = 5.0
    """Without them for this much longer it gives up, s."""
    wheel_check: bool = True
    """Compare the encoders with the IMU from arming on, until they are proven right: a wrong sign
    or order is a fault. It needs an accelerometer that gives m/s^2."""
    ramp_down_s: Seconds = 0.02
    """Time in which torque goes to zero on a fault of the sensors or the tilt, s."""
