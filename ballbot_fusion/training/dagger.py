"""DAgger, top to bottom: roll out, label, join, fit.

Episodes are kept as they end and checkpoints are written while it fits, so that an interrupt costs
a minute at most; what comes of it in the end is the same.
"""

from collections import deque
from collections.abc import Collection, Iterable
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Protocol

import numpy as np
import torch

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.spec import INSTRUCTION, ObservationSpec
from ballbot_fusion.policies.table import build
from ballbot_fusion.simulation.workers import worker_pool
from ballbot_fusion.training.augmentation import Augmentation
from ballbot_fusion.training.checkpoint import CHECKPOINT, Checkpoint, CheckpointError
from ballbot_fusion.training.curves import Curves
from ballbot_fusion.training.dataset import Samples, joined
from ballbot_fusion.training.fit import Losses, fit, learning_rate, make_optimizer
from ballbot_fusion.training.mirror import Mirror
from ballbot_fusion.training.pretraining.pretrain import pretrain
from ballbot_fusion.training.recurrent import Carried
from ballbot_fusion.training.rollout import roll_out
from ballbot_fusion.training.round_files import RoundFiles
from ballbot_fusion.training.rows_of_steps import rows_of_steps
from ballbot_fusion.training.settings import TrainSettings
from ballbot_fusion.training.shared import SharedRounds
from ballbot_fusion.training.statistics import statistics
from ballbot_fusion.training.stills import take_stills
from ballbot_fusion.training.student import exported

SAVE_EVERY = 200
"""Steps between checkpoints."""
RECENT = 100
"""Steps over which a round's final loss is averaged."""


class Progress(Protocol):
    """Is told how far a run is, for a progress bar."""

    def begin(self, what: str, total: int) -> None:
        """A part with ``total`` units begins."""

    def advance(self, note: str = "") -> None:
        """One unit is done."""


class Dagger:
    """One training run in a directory; starting it again goes on where it was interrupted."""

    def __init__(
        self,
        settings: TrainSettings,
        robot: RobotConfig,
        directory: Path,
        progress: Progress,
        dataset: Path | None = None,
    ) -> None:
        """Prepare a run, or find where an earlier one in ``directory`` stopped.

        ``dataset`` is the folder of another run: its roll-outs take the place of the first round's.

        Raises:
            CheckpointError: the directory holds a run with other settings, another robot or another
                dataset, or the dataset does not fit.
        """
        self.settings, self.robot, self.directory = settings, robot, directory
        self._progress, self._carried = progress, Carried()
        self._shared = None if dataset is None else SharedRounds(dataset, settings)
        if self._shared is not None:
            self._shared.check_robot(robot)
        directory.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(settings.seed)
        self._spec = ObservationSpec.of(settings.keys)
        self.policy = build(settings.architecture, self._spec, settings.policy)
        if self._shared is not None and self.policy.state_size:
            self._shared.check_spacing(settings)
        self._optimizer = make_optimizer(self.policy, settings.fit)
        self._mirror = self._mirror_of(settings.fit.mirrored_share)
        self.checkpoint = Checkpoint(
            settings, self.policy.state_dict(), self._optimizer.state_dict(), robot=robot
        )
        if (directory / CHECKPOINT).exists():
            self._resume()
        elif self._shared is not None:
            self.checkpoint.provenance["dataset"] = self._shared.provenance

    def _mirror_of(self, share: float) -> Mirror | None:
        """Return what reflects samples; None where none are to be."""
        if not share:
            return None
        if self.policy.state_size:
            raise ValueError(
                f"The architecture {self.settings.architecture!r} remembers, and streams of "
                "samples are not reflected: set fit.mirrored_share to 0."
            )
        retold = [INSTRUCTION] if self.settings.fit.retold else []
        return Mirror.of(self._spec, self.robot, besides=retold)

    def _resume(self) -> None:
        found = Checkpoint.load(self.directory / CHECKPOINT)
        if found.settings != self.settings:
            raise CheckpointError(
                f"{self.directory} holds a run with other settings. Give another directory with "
                "--output, or delete this one to start anew."
            )
        found.check_robot(self.robot, self.directory)
        given = None if self._shared is None else self._shared.provenance
        if (began := found.provenance.get("dataset")) != given:
            raise CheckpointError(
                f"The run in {self.directory} began with the roll-outs {began}, given are {given}. "
                "Give the same --dataset, or another --output."
            )
        self.checkpoint = found
        self.policy.load_state_dict(found.weights)
        self._optimizer.load_state_dict(found.optimizer)

    def run(self) -> Checkpoint:
        """Train to the end; return the final checkpoint."""
        dagger, done = self.settings.dagger, self.checkpoint.rounds_done
        parts = [self._kept(number) for number in range(done)]
        with worker_pool(self.settings.workers) as pool, closing(Curves(self.directory)) as curves:
            for number in range(done, dagger.rounds):
                parts.append(self._collect(pool, number))
                self._fit(joined(parts), number, curves)
        return self.checkpoint

    def _round(self, number: int) -> RoundFiles:
        return RoundFiles(self.directory, number)

    def _kept(self, number: int) -> Samples:
        """Read a round that is there."""
        if number == 0 and self._shared is not None:
            return self._shared.load()
        return self._round(number).load(self.settings.parts(number))

    def _collect(self, pool: ProcessPoolExecutor, number: int) -> Samples:
        """Roll out the episodes of one round that are not there yet, and take its stills."""
        if number == 0 and self._shared is not None:
            return self._kept(number)
        missing = self._round(number).missing(self.settings.parts(number))
        episodes = self.settings.dagger.episodes_per_round
        courses = [part for part in missing if part >= episodes]
        if courses:
            self._progress.begin(f"round {number + 1}: stills", len(courses))
            self._await(self._take_stills(pool, number, courses))
        missing = [part for part in missing if part < episodes]
        self._progress.begin(f"round {number + 1}: roll-outs", len(missing))
        self._await(self._roll_out(pool, number, missing))
        return self._kept(number)

    def _await(self, futures: Iterable[Future[None]]) -> None:
        for future in as_completed(futures):
            future.result()
            self._progress.advance()

    def _take_stills(
        self, pool: ProcessPoolExecutor, number: int, parts: Iterable[int]
    ) -> list[Future[None]]:
        files, first = self._round(number), self.settings.dagger.episodes_per_round
        return [
            pool.submit(take_stills, files.episode(part), self.settings, self.robot, part - first)
            for part in parts
        ]

    def _roll_out(
        self, pool: ProcessPoolExecutor, number: int, episodes: Collection[int]
    ) -> list[Future[None]]:
        files = self._round(number)
        taught = {episode for episode in episodes if self._teacher_drives(number, episode)}
        student = None
        if len(taught) < len(episodes):
            student = exported(self.policy, self.settings, self.robot)
        return [
            pool.submit(
                roll_out,
                files.episode(episode),
                self.settings,
                self.robot,
                (number, episode),
                None if episode in taught else student,
            )
            for episode in episodes
        ]

    def _teacher_drives(self, number: int, episode: int) -> bool:
        dagger = self.settings.dagger
        if number < dagger.teacher_rounds:
            return True
        return episode < round(dagger.mixed_share * dagger.episodes_per_round)

    def _fit(self, samples: Samples, number: int, curves: Curves) -> None:
        fitting, last = self.settings.fit, self.settings.is_last_round(number)
        steps = self.settings.steps_of_round(number)
        done, first = self.checkpoint.steps_done, self.checkpoint.step
        seed = (self.settings.seed, number)
        self._seed(seed)
        if number == 0 and not first:
            self._prepare(samples, seed)
        self._freeze()
        self._progress.begin(f"round {number + 1}: fit to {len(samples)} ticks", steps - first)
        recent = deque(self.checkpoint.recent, RECENT)

        def rate(step: int) -> float:
            return learning_rate(fitting, done, step, steps, last)

        def each(step: int, losses: Losses) -> None:
            self._progress.advance(f"loss {losses.total:.5f}")
            curves.add(done + step, losses, rate(step))
            recent.append(losses.total)
            if (step + 1) % SAVE_EVERY == 0:
                self._save(step + 1, recent)

        self._carried = Carried(self.checkpoint.memory)
        drawn = rows_of_steps(
            samples, self._spec, fitting, steps, seed, recurrent=self.policy.state_size > 0
        )
        numbered = islice(enumerate(drawn), first, None)
        fit(
            self.policy, self._optimizer, samples, numbered, rate, fitting, each,
            self._carried, Augmentation.of(samples, self._spec, self._mirror, fitting),
        )  # fmt: skip
        self._carried = Carried()
        self.checkpoint.rounds_done = number + 1
        self.checkpoint.steps_done = done + steps
        self.checkpoint.losses.append(float(np.mean(recent)))
        self.checkpoint.statistics = statistics(samples, self._spec)
        self.checkpoint.provenance["ticks"] = len(samples)
        self._save(0, [])

    def _prepare(self, samples: Samples, seed: tuple[int, int]) -> None:
        """Scale inputs, and pretrain the encoders where the settings say so."""
        self.policy.set_input_statistics(statistics(samples, self._spec))
        how = self.settings.pretraining
        if how is not None:
            self._progress.begin(f"pretraining: {how.method}", how.steps)
            pretrain(
                self.policy, samples, how, seed,
                lambda _, loss: self._progress.advance(f"loss {loss:.5f}"),
            )  # fmt: skip

    def _freeze(self) -> None:
        if self.settings.pretraining is not None and self.settings.pretraining.freeze:
            self.policy.freeze_vision()

    def _seed(self, seed: tuple[int, int]) -> None:
        """Start torch's random numbers for a round, or where the checkpoint left them."""
        torch.manual_seed(int(np.random.SeedSequence(seed).generate_state(1)[0]))
        if self.checkpoint.step and self.checkpoint.random is not None:
            torch.set_rng_state(self.checkpoint.random)

    def _save(self, step: int, recent: Iterable[float]) -> None:
        self.checkpoint.step, self.checkpoint.recent = step, list(recent)
        self.checkpoint.random = torch.get_rng_state()
        self.checkpoint.memory = self._carried.state
        self.checkpoint.weights = self.policy.state_dict()
        self.checkpoint.optimizer = self._optimizer.state_dict()
        self.checkpoint.save(self.directory / CHECKPOINT)
