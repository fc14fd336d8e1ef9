"""What an environment is made of; a dictionary of the same shape will do, as YAML gives it."""

from ballbot_fusion.core.command import CommandLimits
from ballbot_fusion.core.settings import Settings
from ballbot_fusion.core.spec import DEPLOYED_KEYS
from ballbot_fusion.simulation.settings import SimulationSettings
from ballbot_fusion.training.outages import OutageSettings
from ballbot_fusion.training.reward import RewardSettings
from ballbot_fusion.training.settings import Count, Keys, RolloutSettings


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
    """Errors of the sensors, latency of the cameras, delay of the motors.

    Other latency and jitter are faults: see ``BallbotEnv``.
    """
    outages: OutageSettings | None = None
    """Sensors that fail as in DAgger's roll-outs; none: they work."""
    reward: RewardSettings = RewardSettings()
