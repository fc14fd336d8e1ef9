"""From fused features to an action: an intended velocity on the way, an MLP, and a linear path."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ballbot_fusion.policies.mlp import mlp

ACTION = 3
INTENT = 3
"""vx, vy [m/s], yaw rate [rad/s]: what the policy means to drive, given what it sees."""


class ActionHead(nn.Module):
    """(B, fused) -> action (B, 3) in [-1, 1].

    Where to go is decided by what is seen and commanded, how to balance there is nearly linear: the
    network first forms an intent from all features, then acts on the intent and what it feels.
    Command and images reach the action by the intent alone: what is meant to stand does not creep.
    """

    felt: Tensor

    def __init__(
        self, fused: int, felt: Sequence[int], hidden: Sequence[int], intent_hidden: Sequence[int]
    ) -> None:
        """Build with fresh weights.

        Args:
            fused: number of features.
            felt: which of them the action is made of, beside the intent.
            hidden: widths of the action's MLP.
            intent_hidden: widths of the intent's.
        """
        super().__init__()
        self.register_buffer("felt", torch.tensor(list(felt), dtype=torch.long), persistent=False)
        self.intent = mlp((fused, *intent_hidden), INTENT)
        self.action = mlp((len(felt) + INTENT, *hidden), ACTION)
        # A direct path learns the linear part at once, the MLP does the rest.
        self.direct = nn.Linear(len(felt) + INTENT, ACTION, bias=False)
        nn.init.zeros_(self.direct.weight)

    def intend(self, fused: Tensor) -> Tensor:
        """Intended velocity (B, 3)."""
        intent: Tensor = self.intent(fused)
        return intent

    def forward(self, fused: Tensor) -> tuple[Tensor, Tensor]:
        """Return action (B, 3) and intent (B, 3)."""
        intent = self.intend(fused)
        both = torch.cat([fused.index_select(1, self.felt), intent], dim=1)
        return torch.tanh(self.action(both) + self.direct(both)), intent
