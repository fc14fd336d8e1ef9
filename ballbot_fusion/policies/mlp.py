"""Layers that are linear with an ELU between them."""

from collections.abc import Sequence
from itertools import pairwise

from torch import nn


def mlp(widths: Sequence[int], outputs: int) -> nn.Sequential:
    """``widths`` are those of the input and the hidden layers; without hidden ones it is linear."""
    layers: list[nn.Module] = []
    for wide, narrow in pairwise(widths):
        layers += [nn.Linear(wide, narrow), nn.ELU()]
    return nn.Sequential(*layers, nn.Linear(widths[-1], outputs))
