"""Checkpoints: whole or not at all, and never read as code."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from pydantic import ValidationError

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.training.settings import TrainSettings

FORMAT = 2
CHECKPOINT = "checkpoint.pt"
"""Its name in the folder of a run."""


class CheckpointError(RuntimeError):
    """A checkpoint cannot be used. The text says what, found, expected, what to do."""


@dataclass
class Checkpoint:
    """What a run needs to go on, and export to know where a policy comes from."""

    settings: TrainSettings
    weights: dict[str, torch.Tensor]
    optimizer: dict[str, Any]
    rounds_done: int = 0
    steps_done: int = 0
    """Steps of these rounds."""
    step: int = 0
    """Steps done of the round that is not."""
    recent: list[float] = field(default_factory=list)
    """Losses of its last steps."""
    random: torch.Tensor | None = None
    """State of torch's random numbers behind them."""
    memory: torch.Tensor | None = None
    """What a recurrent policy remembered behind them (B, S)."""
    losses: list[float] = field(default_factory=list)
    """Mean loss at the end of each round."""
    statistics: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    provenance: dict[str, Any] = field(default_factory=dict)
    critic: dict[str, torch.Tensor] = field(default_factory=dict)
    """What PPO trains beside the policy: its critic and the spread of its actions."""
    robot: RobotConfig | None = None
    """Which is driven; None: an earlier version did not say."""

    def check_robot(self, robot: RobotConfig, directory: Path) -> None:
        """Refuse to go on with the run in ``directory`` with another robot.

        Raises:
            CheckpointError: it began with another one.
        """
        if self.robot is not None and self.robot != robot:
            raise CheckpointError(
                f"{directory} holds a run with another robot. Give the same --robot, another "
                "directory with --output, or delete this one to start anew."
            )

    def save(self, path: Path) -> None:
        """Write beside ``path``, then rename: an interrupt or a full disk costs nothing."""
        content = {
            **vars(self),
            "settings": self.settings.model_dump(),
            "robot": None if self.robot is None else self.robot.model_dump(),
            "format": FORMAT,
        }
        unfinished = path.with_suffix(".partial")
        try:
            torch.save(content, unfinished)
        except (OSError, RuntimeError) as error:
            unfinished.unlink(missing_ok=True)
            raise CheckpointError(
                f"Cannot write {path}: {error}. The one before is untouched; free some space and "
                "run the same command again: it goes on there."
            ) from error
        unfinished.replace(path)

    @classmethod
    def load(cls, path: Path) -> "Checkpoint":
        """Read a checkpoint.

        Raises:
            CheckpointError: it is missing, broken, of another format or of another version.
        """
        try:
            content = torch.load(path, map_location="cpu", weights_only=True)
        except FileNotFoundError:
            raise CheckpointError(
                f"No checkpoint at {path}. Run `ballbot train` first, or give another path."
            ) from None
        except Exception as error:  # torch raises many kinds for a broken file
            raise CheckpointError(
                f"{path} is not a checkpoint: {type(error).__name__}: {error}. "
                "Delete it and run `ballbot train` again."
            ) from error
        if not isinstance(content, dict) or content.pop("format", None) != FORMAT:
            raise CheckpointError(f"{path} has another format, expected {FORMAT}. Train again.")
        try:
            settings = TrainSettings.model_validate(content.pop("settings", None))
            robot = content.pop("robot", None)
            robot = None if robot is None else RobotConfig.model_validate(robot)
            return cls(settings=settings, robot=robot, **content)
        except (TypeError, ValidationError) as error:  # fields and settings come and go
            raise CheckpointError(
                f"{path} is of another version of this package, of which this one knows too little:"
                f" {_in_a_line(error)}. Use the version that wrote it, or train again."
            ) from None


def _in_a_line(error: TypeError | ValidationError) -> str:
    if isinstance(error, TypeError):
        return str(error)
    part = "robot" if error.title == RobotConfig.__name__ else "settings"
    found = (((part, *entry["loc"]), entry["msg"]) for entry in error.errors())
    return "; ".join(f"{'.'.join(map(str, key))}: {message}" for key, message in found)
