"""What policies have in common that end in an ActionHead."""

from collections.abc import Collection, Mapping
from typing import Annotated

import torch
from pydantic import Field
from torch import Tensor

from ballbot_fusion.core import settings as core
from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.policies.action_head import ActionHead
from ballbot_fusion.policies.camera_policy import CameraPolicy
from ballbot_fusion.policies.felt import FELT, places
from ballbot_fusion.policies.missing import MissingModalities
from ballbot_fusion.policies.policy import Tensors, masked

Size = Annotated[int, Field(gt=0)]


class HeadSettings(core.Settings):
    """Sizes of the head, and what stands in for what is missing."""

    hidden: tuple[Size, ...] = (128, 128)
    """Widths of the action's hidden layers; empty: linear."""
    intent_hidden: tuple[Size, ...] = (128, 64)
    """Widths of the intent's hidden layers."""
    learned_missing: bool = True
    """Learned embeddings for masked modalities; false: zeros."""


def make_head(
    sizes: Mapping[str, int], settings: HeadSettings, felt: Collection[str] = FELT
) -> ActionHead:
    """Build a head for features of ``sizes``, one behind the other; ``felt`` names the direct ones.

    ``felt`` and ``sizes`` go by modality key, or by a name for features of several modalities.
    """
    return ActionHead(
        sum(sizes.values()), places(felt, sizes), settings.hidden, settings.intent_hidden
    )


def sizes_of(spec: ObservationSpec, image_features: int) -> dict[str, int]:
    """Features of each modality by key: vectors as they are, ``image_features`` per camera."""
    slices = spec.feature_slices(image_features)
    return {key: part.stop - part.start for key, part in slices.items()}


class HeadedPolicy(CameraPolicy):
    """Fused features go to ``head``; ``missing`` fills the gaps among them."""

    missing: MissingModalities
    head: ActionHead

    def filled(self, found: Tensors, mask: Tensor) -> dict[str, Tensor]:
        """Return ``found`` in the order of the spec, embeddings in place of what is masked."""
        keys = [entry.key for entry in self.spec if entry.key in found]
        if not keys:
            return {}
        parts = self.joined(found, mask).split([found[key].shape[1] for key in keys], dim=1)
        return dict(zip(keys, parts, strict=True))

    def joined(self, found: Tensors, mask: Tensor) -> Tensor:
        """Return what ``filled`` does side by side, (B, N).

        All modalities at once: what a deployed network takes for so few numbers goes by operations.
        """
        keys = [entry.key for entry in self.spec if entry.key in found]
        row = torch.cat([found[key] for key in keys], dim=1)
        columns = [self.spec.keys.index(key) for key in keys for _ in range(found[key].shape[1])]
        visible = mask.index_select(1, torch.tensor(columns, device=mask.device)) > 0.5
        return masked(visible, row, self.missing(keys))

    def decide(self, fused: Tensor) -> tuple[Tensor, Tensor]:
        """See FusionPolicy.decide."""
        action, intent = self.head(fused)
        return action, intent
