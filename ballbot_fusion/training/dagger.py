"""DAgger, top to bottom: roll out, label, join, fit; a checkpoint after every round."""

from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Protocol

import numpy as np
import torch

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.policies.table import build
from ballbot_fusion.training.checkpoint import Checkpoint, CheckpointError
from ballbot_fusion.training.dataset import Samples, batches, joined, statistics
from ballbot_fusion.training.fit import fit, learning_rate, make_optimizer
from ballbot_fusion.training.rollout import roll_out
from ballbot_fusion.training.settings import TrainSettings

CHECKPOINT = "checkpoint.pt"


class Progress(Protocol):
    """Is told how far a run is, for a progress bar."""

    def begin(self, what: str, total: int) -> None:
        """A part with ``total`` units begins."""

    def advance(self, note: str = "") -> None:
        """One unit is done."""


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


class Dagger:
    """One training run in a directory; starting it again goes on after the last whole round."""

    def __init__(
        self, settings: TrainSettings, robot: RobotConfig, directory: Path, progress: Progress
    ) -> None:
        """Prepare a run, or find where an earlier one in ``directory`` stopped.

        Raises:
            CheckpointError: the directory holds a run with other settings.
        """
        self.settings, self.robot, self.directory = settings, robot, directory
        self._progress = progress
        directory.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(settings.seed)
        self._spec = ObservationSpec.of(settings.keys)
        self.policy = build(settings.architecture, self._spec, settings.policy)
        self._optimizer = make_optimizer(self.policy, settings.fit)
        self.checkpoint = Checkpoint(
            settings, self.policy.state_dict(), self._optimizer.state_dict()
        )
        if (directory / CHECKPOINT).exists():
            self._resume()

    def _resume(self) -> None:
        found = Checkpoint.load(self.directory / CHECKPOINT)
        if found.settings != self.settings:
            raise CheckpointError(
                f"{self.directory} holds a run with other settings. Give another directory with "
                "--output, or delete this one to start anew."
            )
        self.checkpoint = found
        self.policy.load_state_dict(found.weights)
        self._optimizer.load_state_dict(found.optimizer)

    def run(self) -> Checkpoint:
        """Train to the end; return the final checkpoint."""
        rounds = self.settings.dagger.rounds
        done = self.checkpoint.rounds_done
        parts = [Samples.load(self._round_file(number)) for number in range(done)]
        with _pool(self.settings.workers) as pool:
            for number in range(done, rounds):
                parts.append(self._collect(pool, number))
                self._fit(joined(parts), number)
        return self.checkpoint

    def _round_file(self, number: int) -> Path:
        return self.directory / f"round_{number:02d}.npz"

    def _collect(self, pool: ProcessPoolExecutor, number: int) -> Samples:
        """Roll out the episodes of one round, in the order of their seeds."""
        count = self.settings.dagger.episodes_per_round
        self._progress.begin(f"round {number + 1}: roll-outs", count)
        weights = {key: value.clone() for key, value in self.policy.state_dict().items()}
        futures: list[Future[Samples]] = [
            pool.submit(
                roll_out,
                self.settings,
                self.robot,
                (number, episode),
                None if self._teacher_drives(number, episode) else weights,
            )
            for episode in range(count)
        ]
        for _ in as_completed(futures):
            self._progress.advance()
        samples = joined([future.result() for future in futures])
        samples.save(self._round_file(number))
        return samples

    def _teacher_drives(self, number: int, episode: int) -> bool:
        dagger = self.settings.dagger
        if number < dagger.teacher_rounds:
            return True
        return episode < round(dagger.mixed_share * dagger.episodes_per_round)

    def _fit(self, samples: Samples, number: int) -> None:
        fitting, last = self.settings.fit, number == self.settings.dagger.rounds - 1
        steps = fitting.final_steps if last else fitting.steps_per_round
        done = self.checkpoint.steps_done
        seed = (self.settings.seed, number)
        torch.manual_seed(int(np.random.SeedSequence(seed).generate_state(1)[0]))
        if number == 0:
            self.policy.set_input_statistics(statistics(samples, self._spec))
        self._progress.begin(f"round {number + 1}: fit to {len(samples)} ticks", steps)
        loss = fit(
            self.policy,
            self._optimizer,
            samples,
            batches(len(samples), min(fitting.batch, len(samples)), steps, seed),
            lambda step: learning_rate(fitting, done, step, steps, last),
            fitting,
            lambda _, value: self._progress.advance(f"loss {value:.5f}"),
        )
        self.checkpoint.weights = self.policy.state_dict()
        self.checkpoint.optimizer = self._optimizer.state_dict()
        self.checkpoint.rounds_done = number + 1
        self.checkpoint.steps_done = done + steps
        self.checkpoint.losses.append(loss)
        self.checkpoint.statistics = statistics(samples, self._spec)
        self.checkpoint.provenance["ticks"] = len(samples)
        self.checkpoint.save(self.directory / CHECKPOINT)
