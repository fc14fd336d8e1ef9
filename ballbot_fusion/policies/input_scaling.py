"""Running statistics of the inputs, folded into the network (as VecNormalize does outside it)."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from ballbot_fusion.core.spec import Modality, ObservationSpec

Statistics = Mapping[str, Mapping[str, Sequence[float]]]
"""``mean`` and ``std`` per vector entry, by modality key."""
LEAST_SPREAD = 1e-3
"""Entries that vary less (a vertical velocity that is always 0) are not blown up."""
FARTHEST = 100.0
"""Spreads from the mean beyond which an entry counts no further (``clip_obs`` of VecNormalize).

What hardly varied in training can be thousands of spreads away within its range; a sum with such
terms has no digits of single precision left for the others.
"""


class InputScaling(nn.Module):
    """Shift and scale each vector modality; buffers, not parameters."""

    def __init__(self, spec: ObservationSpec) -> None:
        """Begin as the identity."""
        super().__init__()
        self._spec = spec
        for entry in spec.vectors:
            self.register_buffer(f"{entry.key}_mean", torch.zeros(entry.size))
            self.register_buffer(f"{entry.key}_std", torch.ones(entry.size))

    def set_statistics(self, statistics: Statistics) -> None:
        """Take mean and spread from ``statistics``; vectors without any keep theirs.

        Images need none: their range is fixed, and their encoders normalise.

        Raises:
            ValueError: an unknown modality, another number of entries, a value that is no number.
        """
        unknown = [key for key in statistics if key not in self._spec]
        if unknown:
            raise ValueError(
                f"Statistics of {unknown}, which the spec does not have; it has "
                f"{list(self._spec.keys)}. Compute them with the same spec."
            )
        for entry in self._spec.vectors:
            if entry.key in statistics:
                self._take(entry, statistics[entry.key])

    def _take(self, entry: Modality, values: Mapping[str, Sequence[float]]) -> None:
        mean, std = torch.tensor(values["mean"]), torch.tensor(values["std"])
        for name, found in (("mean", mean), ("std", std)):
            if found.shape != (entry.size,) or not bool(found.isfinite().all()):
                raise ValueError(
                    f"{name} of {entry.key!r}: found {found.tolist()}, expected {entry.size} "
                    "finite numbers. Compute the statistics again."
                )
        getattr(self, f"{entry.key}_mean").copy_(mean)
        # A constant has no spread to scale by: leave its scale alone.
        getattr(self, f"{entry.key}_std").copy_(
            torch.where(std > LEAST_SPREAD, std, torch.ones_like(std))
        )

    def forward(self, vectors: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Scale all vector modalities of the spec, (B, size) each, by key.

        At once: what a deployed network takes for so few numbers goes by operations.
        """
        sizes = [entry.size for entry in self._spec.vectors]
        if not sizes:
            return {}
        row = torch.cat([vectors[entry.key] for entry in self._spec.vectors], dim=1)
        scaled = ((row - self._row("mean")) / self._row("std")).clamp(-FARTHEST, FARTHEST)
        parts = scaled.split(sizes, dim=1)
        return {entry.key: part for entry, part in zip(self._spec.vectors, parts, strict=True)}

    def _row(self, name: str) -> Tensor:
        return torch.cat([getattr(self, f"{entry.key}_{name}") for entry in self._spec.vectors])
