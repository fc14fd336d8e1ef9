"""A vision transformer for one camera: patches as tokens (Dosovitskiy et al., 2020)."""

from torch import Tensor, nn

from ballbot_fusion.policies.self_attention import SelfAttention
from ballbot_fusion.policies.token_places import TokenPlaces


class PatchTokens(nn.Module):
    """(B, C, H, W) -> a token for each patch (B, patches, width), row after row.

    A patch's pixels are projected by one linear layer, get their position, and look at each other.
    """

    def __init__(
        self, shape: tuple[int, ...], patch: int, width: int, attention: SelfAttention
    ) -> None:
        """Cut images of ``shape`` (C, H, W) into squares of ``patch`` pixels.

        Raises:
            ValueError: the image cannot be cut so without a rest.
        """
        super().__init__()
        channels, rows, columns = shape
        if rows % patch or columns % patch:
            raise ValueError(
                f"patch is {patch}, which does not divide the image of {rows} x {columns} pixels. "
                "Choose a divisor of both, such as 16."
            )
        self.count = (rows // patch) * (columns // patch)
        self.project = nn.Conv2d(channels, width, patch, stride=patch)
        self.place = TokenPlaces(self.count, width)
        self.attention = attention

    def forward(self, image: Tensor) -> Tensor:
        """Encode a batch."""
        patches = self.project(image).flatten(2).transpose(1, 2)
        tokens: Tensor = self.attention(self.place(patches))
        return tokens
