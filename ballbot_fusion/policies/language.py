"""Vision-language-action: what was said conditions what is seen (the seed's pattern 5).

The instruction comes as a text embedding and becomes a few tokens. The 4 x 4 tokens of each camera
are queries over them; what the robot feels then picks among what was said and the conditioned
vision. One learned token is always there, for when nothing was said. A masked camera's tokens and
those of a masked instruction are left out of the softmax. The fused features are the vectors but
the instruction, then what was picked: 15 + 256 = 271 with the seed's modalities.

The seed adds vision and proprioception, token by token; here the latter asks, because the tokens of
two cameras have to become one action. A spec without ``instruction`` leaves a policy that nobody
can tell anything.
"""

import torch
from torch import Tensor, nn

from ballbot_fusion.core.spec import INSTRUCTION, ObservationSpec
from ballbot_fusion.policies.attention_settings import AttentionSettings, Heads
from ballbot_fusion.policies.context_policy import ContextPolicy
from ballbot_fusion.policies.cross_attention import CrossAttention
from ballbot_fusion.policies.grid_encoder import GridTokens
from ballbot_fusion.policies.headed import Size
from ballbot_fusion.policies.policy import Tensors
from ballbot_fusion.policies.query_attention import QueryAttention
from ballbot_fusion.policies.token_sequence import TokenSequence, in_tokens


class Settings(AttentionSettings):
    """The seed's sizes: 256 features, 8 heads, an action of one hidden layer of 256."""

    d_model: Size = 256
    """Features of a token."""
    heads: Heads = 8
    """Attention heads; they share the features of a token."""
    hidden: tuple[Size, ...] = (256,)
    """Widths of the action's hidden layers."""
    words: Size = 4
    """Tokens that an instruction is made into."""


class Policy(ContextPolicy):
    """Language conditions vision; what is felt asks both."""

    does_without = True

    def __init__(self, spec: ObservationSpec, settings: Settings) -> None:
        """Build with fresh weights."""
        width = settings.d_model
        super().__init__(
            spec,
            lambda shape: nn.Sequential(GridTokens(shape, width), nn.Flatten()),
            settings,
            width,
            [entry.key for entry in spec.vectors if entry.key != INSTRUCTION],
        )
        self._width = width
        said = [entry for entry in spec.vectors if entry.key == INSTRUCTION]
        self.words = nn.ModuleDict({e.key: _words(e.size, settings.words, width) for e in said})
        self._keys = [entry.key for entry in (*said, *spec.images)]
        self._heard = 1 + len(said) * settings.words
        self.sequence = TokenSequence(len(self._keys), width)
        self.conditioning = CrossAttention(width, settings.heads)
        self.attention = QueryAttention(self.direct_size, width, settings.heads)

    def _tokens(self, shown: Tensors, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Tokens (B, T, width): always there, said, seen; and which of them to ignore (B, T)."""
        found = {**shown, **{key: layer(shown[key]) for key, layer in self.words.items()}}
        columns = [self.spec.keys.index(key) for key in self._keys]
        return self.sequence(in_tokens(found, self._keys, self._width), mask[:, columns])

    def context(self, shown: Tensors, direct: Tensor, mask: Tensor) -> Tensor:
        """See ContextPolicy.context."""
        tokens, ignored = self._tokens(shown, mask)
        heard, seen = tokens[:, : self._heard], tokens[:, self._heard :]
        told = self.conditioning(seen, heard, ignored[:, : self._heard])
        picked: Tensor = self.attention(direct, torch.cat([heard, told], dim=1), ignored)
        return picked

    def looks(self, vectors: Tensors, features: Tensors, mask: Tensor) -> Tensor:
        """Return how each cell of a camera listens to what was said (B, heads, cells, 1 + words).

        Sums to 1; arguments as for ``fuse``. The first token is the one that is always there.
        """
        shown, _ = self.prepare(vectors, features, mask)
        tokens, ignored = self._tokens(shown, mask)
        heard, seen = tokens[:, : self._heard], tokens[:, self._heard :]
        return self.conditioning.weights(seen, heard, ignored[:, : self._heard])


def _words(size: int, count: int, width: int) -> nn.Sequential:
    """(B, size) -> ``count`` tokens in a row (B, count * width), each normalised."""
    return nn.Sequential(
        nn.Linear(size, size),
        nn.ReLU(),
        nn.Linear(size, count * width),
        nn.Unflatten(1, (count, width)),
        nn.LayerNorm(width),
        nn.ReLU(),
        nn.Flatten(),
    )
