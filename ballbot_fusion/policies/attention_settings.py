"""Sizes that everything with attention in it has."""

from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo

from ballbot_fusion.policies.headed import HeadSettings, Size


def _divides(heads: int, info: ValidationInfo) -> int:
    width = info.data.get("d_model", heads)  # absent when it is wrong itself
    if width % heads:
        raise ValueError(f"must divide d_model, which is {width}")
    return heads


PARITY = 1e-4
"""See ``FusionPolicy.parity``: torch and onnxruntime sum scores in different orders, and a sharp
softmax makes much of that. Both are as far from double precision as from each other."""
Heads = Annotated[int, Field(gt=0, validate_default=True), AfterValidator(_divides)]
"""Attention heads; a field ``d_model`` stands before it."""


class AttentionSettings(HeadSettings):
    """Width of the tokens, and heads; the seed's."""

    d_model: Size = 128
    """Features of a token."""
    heads: Heads = 8
    """Attention heads; they share the features of a token."""
