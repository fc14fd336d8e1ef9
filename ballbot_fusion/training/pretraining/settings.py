"""How camera encoders are pretrained."""

from typing import Annotated

from pydantic import Field, field_validator

from ballbot_fusion.core.robot import Positive
from ballbot_fusion.core.settings import Settings
from ballbot_fusion.training.pretraining import METHODS


class PretrainingSettings(Settings):
    """Pretraining on the frames of the first round, before the first fit."""

    method: str = "autoencoder"
    """autoencoder: reconstruct the image; contrastive: tell which image belongs to which motion."""
    steps: Annotated[int, Field(gt=0)] = 600
    batch: Annotated[int, Field(gt=1)] = 128
    """Frames of each camera in a step."""
    learning_rate: Positive = 1e-3
    temperature: Positive = 0.07
    """Of the contrastive loss."""
    freeze: bool = False
    """Keep the encoders as they are from then on; false: they are tuned with the rest."""

    @field_validator("method")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in METHODS:
            raise ValueError(f"unknown method {name!r}; choose one of {', '.join(METHODS)}")
        return name
