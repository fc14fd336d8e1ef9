"""What stable-baselines3 trains: a fusion policy as the actor, and a critic beside it."""

from collections.abc import Callable
from itertools import pairwise
from math import log
from typing import Any

import gymnasium
from stable_baselines3.common.policies import ActorCriticPolicy
from torch import Tensor, nn

from ballbot_fusion.policies.policy import FusionPolicy
from ballbot_fusion.training.ppo.extractor import FusionExtractor
from ballbot_fusion.training.ppo.settings import PpoSettings


class _Heads(nn.Module):
    """From fused features (B, N) to what the actor and the critic decide on."""

    def __init__(self, fused: int, settings: PpoSettings) -> None:
        super().__init__()
        widths = (fused, *settings.critic_hidden)
        layers: list[nn.Module] = []
        for wide, narrow in pairwise(widths):
            layers += [nn.Linear(wide, narrow), nn.ELU()]
        self.critic = nn.Sequential(*layers)
        self._shared = settings.shared_encoders
        self.latent_dim_pi, self.latent_dim_vf = fused, widths[-1]

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        return self.forward_actor(features), self.forward_critic(features)

    def forward_actor(self, features: Tensor) -> Tensor:
        return features

    def forward_critic(self, features: Tensor) -> Tensor:
        latent: Tensor = self.critic(features if self._shared else features.detach())
        return latent


class _Decision(nn.Module):
    """Mean action (B, 3) in [-1, 1] by the fusion policy's own head."""

    def __init__(self, fusion: FusionPolicy) -> None:
        super().__init__()
        # Not as a part of this module: the extractor has it, and keeps its batch norms still.
        self._decide = fusion.decide

    def forward(self, fused: Tensor) -> Tensor:
        return self._decide(fused)[0]


class FusionActorCritic(ActorCriticPolicy):
    """Actions are drawn around the fusion policy's; the spread is learned."""

    CRITIC = ("mlp_extractor.", "value_net.", "log_std")
    """How names of parameters begin that are not the fusion policy's."""

    def __init__(
        self,
        observation_space: gymnasium.spaces.Dict,
        action_space: gymnasium.spaces.Box,
        lr_schedule: Callable[[float], float],
        fusion: FusionPolicy,
        settings: PpoSettings,
        **others: Any,
    ) -> None:
        """Train ``fusion`` itself, not a copy."""
        self._settings = settings
        super().__init__(
            observation_space,
            action_space,
            lr_schedule,
            ortho_init=False,  # it would overwrite the weights to start from
            log_std_init=log(settings.start_std),
            features_extractor_class=FusionExtractor,
            features_extractor_kwargs={"fusion": fusion},
            normalize_images=False,  # depth is in [0, 1] already
            **others,
        )

    def _build_mlp_extractor(self) -> None:
        self.mlp_extractor = _Heads(self.features_dim, self._settings)

    def _build(self, lr_schedule: Callable[[float], float]) -> None:
        super()._build(lr_schedule)
        self.action_net = _Decision(self.features_extractor.fusion)
        # Made again: the one before has the parameters of the layer just replaced.
        self.optimizer = self.optimizer_class(
            self.parameters(), lr=lr_schedule(1.0), **self.optimizer_kwargs
        )

    def critic_state(self) -> dict[str, Tensor]:
        """Copies of all parameters that are not the fusion policy's."""
        return {
            name: value.clone()
            for name, value in self.state_dict().items()
            if name.startswith(self.CRITIC)
        }

    def load_critic_state(self, state: dict[str, Tensor]) -> None:
        """Set what ``critic_state`` returned."""
        self.load_state_dict(state, strict=False)

    def hold_actor(self, hold: bool) -> None:
        """Let the critic alone learn, or both."""
        self.log_std.requires_grad_(not hold)
        for parameter in self.features_extractor.fusion.parameters():
            parameter.requires_grad_(not hold)
