"""Curves of a run for TensorBoard: losses and learning rate by step."""

from pathlib import Path

from torch.utils.tensorboard import SummaryWriter

from ballbot_fusion.training.fit import Losses

EVERY = 10
"""Steps between points."""
FOLDER = "tensorboard"


class Curves:
    """Writes to a folder that ``tensorboard --logdir`` reads."""

    def __init__(self, directory: Path) -> None:
        """Write below the run in ``directory``; points of an earlier start stay."""
        self._writer = SummaryWriter(str(directory / FOLDER))

    def add(self, step: int, losses: Losses, rate: float) -> None:
        """Note what came of ``step``, counted over all rounds."""
        if step % EVERY:
            return
        self._writer.add_scalar("loss/action", losses.action, step)
        self._writer.add_scalar("loss/intent", losses.intent, step)
        self._writer.add_scalar("learning_rate", rate, step)

    def close(self) -> None:
        """Write what is left."""
        self._writer.close()
