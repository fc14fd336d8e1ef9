"""Policies that feel directly, and see the rest through a context that an architecture makes."""

from abc import abstractmethod
from collections.abc import Collection

import torch
from torch import Tensor

from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.policies.camera_policy import MakeEncoder
from ballbot_fusion.policies.felt import FELT
from ballbot_fusion.policies.headed import HeadedPolicy, HeadSettings, make_head
from ballbot_fusion.policies.missing import MissingModalities
from ballbot_fusion.policies.policy import Tensors, masked

CONTEXT = "context"


class ContextPolicy(HeadedPolicy):
    """Fused features are some vectors as they are, then the context.

    The action is made of what is felt and the intent, as everywhere: balancing is nearly linear and
    fast, and no attention stands in its way. The context reaches it by the intent.
    """

    def __init__(
        self,
        spec: ObservationSpec,
        encoder: MakeEncoder,
        settings: HeadSettings,
        context: int,
        direct: Collection[str] = FELT,
    ) -> None:
        """Build encoders, and a head for ``context`` features behind the ``direct`` vectors."""
        super().__init__(spec, encoder)
        sizes = {entry.key: entry.size for entry in spec.vectors if entry.key in direct}
        self._direct = tuple(sizes)
        self.direct_size = sum(sizes.values())
        self.missing = MissingModalities(sizes, settings.learned_missing)
        self.head = make_head(sizes | {CONTEXT: context}, settings)

    @abstractmethod
    def context(self, shown: Tensors, direct: Tensor, mask: Tensor) -> Tensor:
        """Combine all modalities into a context (B, C).

        Args:
            shown: scaled vectors (B, size) and camera features (B, F) by key, zero where masked, so
                that no NaN is left; what is masked must have no influence as a zero either.
            direct: vectors that are fused as they are (B, D), with embeddings where masked.
            mask: (B, modalities), 1 where the modality may be used.
        """

    def prepare(self, vectors: Tensors, features: Tensors, mask: Tensor) -> tuple[Tensors, Tensor]:
        """Return ``shown`` and ``direct`` as ``context`` takes them; arguments as for ``fuse``."""
        found = self.scaled(vectors)
        parts = self.filled({key: found[key] for key in self._direct}, mask)
        shown = {
            key: masked(self.visible(mask, key), value, torch.zeros_like(value))
            for key, value in (found | dict(features)).items()
        }
        return shown, torch.cat([mask[:, :0], *parts.values()], dim=1)

    def fuse(self, vectors: Tensors, features: Tensors, mask: Tensor) -> Tensor:
        """See FusionPolicy.fuse: direct vectors in the order of the spec, then the context."""
        shown, direct = self.prepare(vectors, features, mask)
        return torch.cat([direct, self.context(shown, direct, mask)], dim=1)
