"""How PPO trains; names and defaults follow Schulman et al. (2017) and stable-baselines3."""

from math import exp
from typing import Annotated

from pydantic import Field

from ballbot_fusion.core.robot import NotNegative, Positive, Share
from ballbot_fusion.core.settings import Settings
from ballbot_fusion.training.reward import RewardSettings

Count = Annotated[int, Field(gt=0)]
Whole = Annotated[int, Field(ge=0)]


class PpoSettings(Settings):
    """A round is some updates; it begins with new episodes and ends with a checkpoint."""

    rounds: Count = 50
    updates_per_round: Count = 8
    envs: Count = 8
    """Environments that are stepped together."""
    steps: Count = 256
    """Steps of each environment per update."""
    batch: Annotated[int, Field(gt=1)] = 256
    """Steps per gradient step."""
    epochs: Count = 10
    """How often each step is used in an update."""
    learning_rate: Positive = 3e-4
    """After the warm-up; from there it falls to zero in a line."""
    warmup_updates: Count = 5
    horizon_s: Positive = 1.0
    """Rewards that lie this far ahead count 1/e, s."""
    gae_lambda: Share = 0.95
    clip: Positive = 0.2
    """How far the ratio of probabilities may move in an update."""
    target_kl: Positive = 0.03
    """An update ends early beyond 1.5 times this divergence."""
    entropy: NotNegative = 0.0
    value_weight: NotNegative = 0.5
    gradient_clip: Positive = 0.5
    """Largest gradient norm."""
    start_std: Positive = 0.3
    """Standard deviation of actions at the start, share of the largest torque."""
    critic_hidden: tuple[Count, ...] = (64, 64)
    """Widths of the critic's hidden layers, on the fused features."""
    critic_rounds: Whole = 0
    """First rounds in which the critic alone learns: an ignorant one ruins a good policy."""
    shared_encoders: bool = False
    """Whether the critic's error trains the encoders too."""
    outages: bool = True
    """Whether sensors fail in episodes, as ``outages`` of the run says."""
    reward: RewardSettings = RewardSettings()

    def gamma(self, rate_hz: float) -> float:
        """Discount per step of ``rate_hz``."""
        return exp(-1.0 / (self.horizon_s * rate_hz))

    def rate(self, update: int) -> float:
        """Learning rate of an update, counted from 0 over the whole run: warm-up, then a line."""
        total = self.rounds * self.updates_per_round
        warm = min(1.0, (update + 1) / self.warmup_updates)
        return self.learning_rate * warm * (1.0 - update / total)
