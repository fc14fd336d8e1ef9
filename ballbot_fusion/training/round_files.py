"""Roll-outs on disk: a file per episode while a round lasts, one for the round when it is whole."""

import shutil
from pathlib import Path

from ballbot_fusion.training.dataset import Samples, joined


class RoundFiles:
    """The files of one round; what was driven before an interrupt is not driven again."""

    def __init__(self, directory: Path, number: int) -> None:
        """Round ``number`` of the run in ``directory``."""
        self._parts = directory / f"round_{number:02d}"
        self._whole = self._parts.with_suffix(".npz")

    def episode(self, number: int) -> Path:
        """Where an episode of the round belongs; its folder exists."""
        self._parts.mkdir(exist_ok=True)
        return self._parts / f"{number:04d}.npz"

    def missing(self, count: int) -> list[int]:
        """Episodes out of ``count`` that are still to be driven."""
        if self._whole.exists():
            return []
        return [number for number in range(count) if not self.episode(number).exists()]

    def load(self, count: int) -> Samples:
        """Read the round, in the order of its episodes; all ``count`` of them are there."""
        if not self._whole.exists():
            parts = [Samples.load(self.episode(number)) for number in range(count)]
            joined(parts).save(self._whole)
        shutil.rmtree(self._parts, ignore_errors=True)
        return Samples.load(self._whole)
