"""What an environment is made of; a dictionary of the same shape will do, as YAML gives it."""

from typing import Annotated

from pydantic import Field

from ballbot_fusion.core.command import CommandLimits
from ballbot_fusion.core.robot import NotNegative, Positive
from ballbot_fusion.core.settings import Settings
from ballbot_fusion.core.spec import DEPLOYED_KEYS
from ballbot_fusion.simulation.settings import SimulationSettings
from ballbot_fusion.training.outages import OutageSettings
from ballbot_fusion.training.settings import Count, Keys, RolloutSettings


class RewardSettings(Settings):
    """Weights of the reward; see reward.py for the terms."""

    upright: NotNegative = 0.5
    """Per second, when exactly upright."""
    velocity: NotNegative = 1.0
    """Per second, when the commanded velocity is met."""
    velocity_error: Positive = 0.2
    """Velocity error that leaves 1/e of that, m/s."""
    yaw_rate: NotNegative = 0.3
    """Per second, when the commanded yaw rate is met."""
    yaw_rate_error: Positive = 0.5
    """Yaw rate error that leaves 1/e of that, rad/s."""
    effort: NotNegative = 0.1
    """Cost per second of full torque on every wheel."""
    action_rate: NotNegative = 0.1
    """Cost per second of an action that changes by 1 from step to step on every wheel."""
    fall: NotNegative = 5.0
    """Cost of a fall or a contact, once."""


class EnvSettings(Settings):
    """One environment. ``rollout`` says what happens in an episode, as it does for DAgger."""

    keys: Keys = DEPLOYED_KEYS
    """Modalities in order; see core/spec.py."""
    rate_hz: Count = 200
    """Control rate, Hz."""
    frame_skip: Count = 1
    """Control periods that an action is held for; one step of the environment."""
    limits: CommandLimits = CommandLimits()
    """What commands are limited to before they are observed."""
    rollout: RolloutSettings = RolloutSettings()
    """Terrains, commands, pushes, length. What concerns the teacher in it is not used."""
    grounds: Count = 16
    """Grounds of each kind; building one costs as much as hundreds of steps, so they are kept."""
    simulation: SimulationSettings = SimulationSettings()
    """Errors of the sensors, delay of the motors."""
    camera_latency_ms: Annotated[float, Field(ge=0.0, le=100.0)] = 10.0
    """From exposure to arrival. Other latency, and jitter, are faults: see ``BallbotEnv``."""
    outages: OutageSettings | None = None
    """Sensors that fail as in DAgger's roll-outs; none: they work."""
    reward: RewardSettings = RewardSettings()
