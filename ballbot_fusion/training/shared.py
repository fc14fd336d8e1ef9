"""Roll-outs of another run, to begin with: many policies may be fitted to the same ticks."""

from pathlib import Path

import numpy as np

from ballbot_fusion.core.cameras import with_cameras_for
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.training.checkpoint import CHECKPOINT, Checkpoint, CheckpointError
from ballbot_fusion.training.dataset import Samples, joined
from ballbot_fusion.training.derived import completed, missing
from ballbot_fusion.training.round_files import RoundFiles
from ballbot_fusion.training.settings import TrainSettings


class SharedRounds:
    """The rounds of a finished run in ``directory``, as a policy of other settings sees them."""

    def __init__(self, directory: Path, settings: TrainSettings) -> None:
        """Check that they fit to ``settings``.

        Raises:
            CheckpointError: no run there, an unfinished one, or one of other modalities or rate.
        """
        self.checkpoint = Checkpoint.load(directory / CHECKPOINT)
        self._directory = directory
        self._given, self._wanted = (
            ObservationSpec.of(of.keys) for of in (self.checkpoint.settings, settings)
        )
        theirs = self.checkpoint.settings
        if self.checkpoint.rounds_done < theirs.rounds:
            raise CheckpointError(
                f"The run in {directory} has done {self.checkpoint.rounds_done} of {theirs.rounds} "
                "rounds. Finish it with `ballbot train` first."
            )
        self._kept_ns = 1e9 * theirs.rollout.keep_every / theirs.rate_hz
        # Else a policy that is to know no failures would learn from theirs.
        self._only_whole = settings.outages is None and theirs.outages is not None
        lacking = missing(self._wanted, self._given, self._kept_ns)
        if lacking or theirs.rate_hz != settings.rate_hz:
            raise CheckpointError(
                f"The run in {directory} has the modalities {list(theirs.keys)} at "
                f"{theirs.rate_hz} Hz; {settings.name} needs {list(settings.keys)} at "
                f"{settings.rate_hz} Hz. Give a run that has them, or none."
            )

    def check_robot(self, robot: RobotConfig) -> None:
        """Refuse them for another robot than theirs, where it is known.

        Raises:
            CheckpointError: they are of another one.
        """
        theirs = self.checkpoint.robot
        if theirs is None:  # an earlier version did not say
            return
        # Cameras that our policy does not look at may be of the kind that theirs needs.
        ours = with_cameras_for(self._given, robot)
        if ours != theirs:
            parts = type(ours).model_fields
            other = [name for name in parts if getattr(ours, name) != getattr(theirs, name)]
            raise CheckpointError(
                f"The run in {self._directory} drove another robot: of its robot file, {other} "
                "differ. Give the --robot that it was trained with, or another run, or none."
            )

    def check_spacing(self, settings: TrainSettings) -> None:
        """Refuse them for a policy that remembers, if it would be run at another pace.

        Raises:
            CheckpointError: a step of its memory is not as long as from one kept tick to the next.
        """
        theirs, ours = self.checkpoint.settings.rollout.keep_every, settings.rollout.keep_every
        if theirs != ours:
            raise CheckpointError(
                f"The run in {self._directory} kept every {theirs} ticks; {settings.name} "
                f"remembers from one kept tick to the next and has keep_every {ours}. Set "
                f"rollout.keep_every to {theirs}, or give another run, or none."
            )

    def load(self) -> Samples:
        """Read all of its rounds; where ours has no outages, without the ticks of theirs.

        Raises:
            CheckpointError: a round is no more on the disk.
        """
        theirs = self.checkpoint.settings
        try:
            parts = [
                RoundFiles(self._directory, number).load(theirs.parts(number))
                for number in range(self.checkpoint.rounds_done)
            ]
        except FileNotFoundError as error:
            raise CheckpointError(
                f"A round of {self._directory} is gone: {error}. Train it again, or give another."
            ) from error
        found = completed(joined(parts), self._given, self._wanted, self._kept_ns)
        return found.chosen(np.flatnonzero(found.mask.all(axis=1))) if self._only_whole else found

    @property
    def provenance(self) -> dict[str, object]:
        """Where they come from."""
        theirs = self.checkpoint
        return {
            "policy": theirs.settings.name,
            "seed": theirs.settings.seed,
            "revision": theirs.provenance.get("revision"),
            "ticks": theirs.provenance.get("ticks"),
        }
