"""PPO, top to bottom: rounds of updates, from fresh weights or from another run's policy.

Everything random in a round follows from (seed, round), and its environments begin anew: a run that
goes on after its last checkpoint ends in the same bits as one that was never interrupted.
"""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import torch
from stable_baselines3 import PPO
from stable_baselines3.common.logger import configure
from stable_baselines3.common.utils import set_random_seed
from stable_baselines3.common.vec_env import VecMonitor

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.policies.table import build
from ballbot_fusion.training.checkpoint import CHECKPOINT, Checkpoint, CheckpointError
from ballbot_fusion.training.curves import FOLDER as LOGS
from ballbot_fusion.training.dagger import Progress
from ballbot_fusion.training.env.settings import EnvSettings
from ballbot_fusion.training.env.vector import BallbotVectorEnv
from ballbot_fusion.training.fast_steps import fast_steps
from ballbot_fusion.training.ppo.actor_critic import FusionActorCritic
from ballbot_fusion.training.ppo.monitor import Monitor
from ballbot_fusion.training.ppo.statistics import statistics
from ballbot_fusion.training.ppo.vec_env import BallbotVecEnv
from ballbot_fusion.training.settings import TrainSettings

LOOK_STEPS = 100
"""Steps by an untrained policy that say how to scale its inputs."""


def env_settings(settings: TrainSettings) -> EnvSettings:
    """Return the environment of a run."""
    return EnvSettings(
        keys=settings.keys,
        rate_hz=settings.rate_hz,
        limits=settings.limits,
        rollout=settings.rollout,
        outages=settings.outages if settings.ppo.outages else None,
        reward=settings.ppo.reward,
    )


def _begin(path: Path, settings: TrainSettings) -> tuple[Checkpoint, dict[str, str]]:
    """Read the checkpoint to start from, and say which it is.

    Raises:
        CheckpointError: it cannot be used, or has a policy of another kind.
    """
    found = Checkpoint.load(path)
    for name in ("architecture", "policy", "keys", "rate_hz"):
        theirs, ours = getattr(found.settings, name), getattr(settings, name)
        if theirs != ours:
            raise CheckpointError(
                f"{path} has {name} {theirs!r}, the settings say {ours!r}. Give both the same."
            )
    return found, {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


class Ppo:
    """One training run in a directory; starting it again goes on after the last whole round."""

    def __init__(
        self,
        settings: TrainSettings,
        robot: RobotConfig,
        directory: Path,
        progress: Progress,
        start: Path | None = None,
    ) -> None:
        """Prepare a run, or find where an earlier one in ``directory`` stopped.

        Args:
            settings: with ``algorithm: ppo``.
            robot: what is simulated.
            directory: of the run.
            progress: is told how far it is.
            start: checkpoint of another run (DAgger's, say) with weights to begin with.

        Raises:
            CheckpointError: the directory holds a run with other settings, another robot or another
                start, or ``start`` cannot be used.
            ValueError: a recurrent policy.
        """
        self.settings, self.robot, self.directory = settings, robot, directory
        self._progress = progress
        directory.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(settings.seed)
        self._spec = ObservationSpec.of(settings.keys)
        self.policy = build(settings.architecture, self._spec, settings.policy)
        if self.policy.state_size:
            raise ValueError(
                f"ppo cannot train {settings.architecture}, which is recurrent: it carries no "
                "state between steps. Train it with `algorithm: dagger`."
            )
        self.checkpoint = Checkpoint(settings, self.policy.state_dict(), {}, robot=robot)
        if start is not None:
            found, origin = _begin(start, settings)
            self.checkpoint.weights = found.weights
            self.checkpoint.statistics = found.statistics
            self.checkpoint.provenance["start"] = {**origin, "trained": found.provenance}
        if (directory / CHECKPOINT).exists():
            self._resume(self.checkpoint.provenance.get("start"))
        self.policy.load_state_dict(self.checkpoint.weights)
        fast_steps(self.policy)

    def _resume(self, start: dict[str, Any] | None) -> None:
        found = Checkpoint.load(self.directory / CHECKPOINT)
        if found.settings != self.settings or found.provenance.get("start") != start:
            raise CheckpointError(
                f"{self.directory} holds a run with other settings or another --start. Give "
                "another directory with --output, or delete this one to start anew."
            )
        found.check_robot(self.robot, self.directory)
        self.checkpoint = found

    def run(self) -> Checkpoint:
        """Train to the end; return the final checkpoint."""
        if self.checkpoint.rounds_done < self.settings.rounds:
            workers = self.settings.workers
            envs = BallbotVectorEnv(
                self.settings.ppo.envs,
                env_settings(self.settings),
                workers=workers if workers > 1 else 0,  # one works here, beside nobody
                robot=self.robot,
            )
            try:
                self._rounds(VecMonitor(BallbotVecEnv(envs)))
            finally:
                envs.close()
        return self.checkpoint

    def _rounds(self, envs: VecMonitor) -> None:
        model = self._model(envs)
        if self.checkpoint.rounds_done == 0 and not self.checkpoint.statistics:
            self._scale_inputs(model)
        monitor = Monitor(lambda note: self._progress.advance(note))
        for number in range(self.checkpoint.rounds_done, self.settings.rounds):
            self._round(model, monitor, number)

    def _model(self, envs: VecMonitor) -> PPO:
        """Return stable-baselines3's PPO in the state of the checkpoint."""
        how, checkpoint = self.settings.ppo, self.checkpoint
        self._seed(0, purpose=1)
        per_update = how.steps * how.envs
        model: PPO = PPO(
            FusionActorCritic,
            envs,
            learning_rate=lambda _: how.rate(max(model.num_timesteps // per_update - 1, 0)),
            n_steps=how.steps,
            batch_size=how.batch,
            n_epochs=how.epochs,
            gamma=how.gamma(self.settings.rate_hz),
            gae_lambda=how.gae_lambda,
            clip_range=how.clip,
            ent_coef=how.entropy,
            vf_coef=how.value_weight,
            max_grad_norm=how.gradient_clip,
            target_kl=how.target_kl,
            policy_kwargs={"fusion": self.policy, "settings": how},
            device="cpu",
            _init_setup_model=False,
        )
        model._setup_model()
        model.set_logger(configure(str(self.directory / LOGS), ["tensorboard"]))
        model.num_timesteps = checkpoint.steps_done
        if checkpoint.critic:
            model.policy.load_critic_state(checkpoint.critic)
            model.policy.optimizer.load_state_dict(checkpoint.optimizer)
        return model

    def _seed(self, number: int, purpose: int = 0) -> int:
        """Seed every generator of this process for a round; return the environments' seed."""
        entropy = np.random.SeedSequence((self.settings.seed, number, purpose))
        own, others = (int(word) for word in entropy.generate_state(2))
        set_random_seed(own)
        return others

    def _scale_inputs(self, model: PPO) -> None:
        """Scale inputs by what a policy that knows nothing meets."""
        model.env.seed(self._seed(0, purpose=2))
        seen = [model.env.reset()]
        while len(seen) < LOOK_STEPS:
            actions, _ = model.predict(seen[-1])
            seen.append(model.env.step(actions)[0])
        together = {key: np.stack([step[key] for step in seen]) for key in seen[0]}
        self.policy.set_input_statistics(statistics(together, self._spec))

    def _round(self, model: PPO, monitor: Monitor, number: int) -> None:
        how = self.settings.ppo
        model.env.seed(self._seed(number))
        model._last_obs = None  # learn() then resets the environments
        model.policy.hold_actor(number < how.critic_rounds)
        self._progress.begin(f"round {number + 1}: updates", how.updates_per_round)
        steps = how.updates_per_round * how.steps * how.envs
        model.learn(steps, monitor, reset_num_timesteps=False)
        self._save(model, monitor.taken(), number)

    def _save(self, model: PPO, mean_return: float, number: int) -> None:
        checkpoint = self.checkpoint
        checkpoint.weights = self.policy.state_dict()
        checkpoint.critic = model.policy.critic_state()
        checkpoint.optimizer = model.policy.optimizer.state_dict()
        checkpoint.statistics = statistics(model.rollout_buffer.observations, self._spec)
        checkpoint.rounds_done = number + 1
        checkpoint.steps_done = model.num_timesteps
        checkpoint.losses.append(float(model.logger.name_to_value["train/value_loss"]))
        checkpoint.provenance["ticks"] = model.num_timesteps
        checkpoint.provenance.setdefault("returns", []).append(mean_return)
        checkpoint.save(self.directory / CHECKPOINT)
