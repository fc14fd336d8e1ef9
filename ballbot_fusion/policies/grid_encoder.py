"""The seed's convolutional camera encoder of pattern 4, and its 4 x 4 grid as tokens."""

from torch import Tensor, nn

from ballbot_fusion.policies.token_places import TokenPlaces

GRID = 4
"""Cells per side."""
CHANNELS = (32, 64)


def grid(shape: tuple[int, ...]) -> nn.Sequential:
    """(B, C, H, W) -> (B, 64, 4, 4): Conv C->32->64 (3x3, stride 2), BatchNorm, ReLU, mean pool."""
    first, second = CHANNELS
    return nn.Sequential(
        # The norms bring the biases.
        nn.Conv2d(shape[0], first, 3, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(first),
        nn.ReLU(),
        nn.Conv2d(first, second, 3, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(second),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d((GRID, GRID)),
    )


def summary_encoder(shape: tuple[int, ...], width: int) -> nn.Sequential:
    """(B, C, H, W) -> one token (B, width): the grid's 1024 numbers, Linear, LayerNorm, ReLU."""
    flat = GRID * GRID * CHANNELS[-1]
    return nn.Sequential(
        grid(shape), nn.Flatten(), nn.Linear(flat, width), nn.LayerNorm(width), nn.ReLU()
    )


class GridTokens(nn.Module):
    """(B, C, H, W) -> a token for each cell of the grid (B, 16, width), row after row."""

    def __init__(self, shape: tuple[int, ...], width: int) -> None:
        """Encode images of ``shape`` (C, H, W)."""
        super().__init__()
        self.grid = grid(shape)
        self.project = nn.Linear(CHANNELS[-1], width)
        self.place = TokenPlaces(GRID * GRID, width)

    def forward(self, image: Tensor) -> Tensor:
        """Encode a batch."""
        cells = self.grid(image).flatten(2).transpose(1, 2)
        tokens: Tensor = self.place(self.project(cells))
        return tokens
