"""Pretrain the camera encoders of a policy on frames that are there anyway."""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray

from ballbot_fusion.policies.policy import FusionPolicy
from ballbot_fusion.training.dataset import Samples, batches
from ballbot_fusion.training.fast_steps import fast_steps
from ballbot_fusion.training.pretraining.settings import PretrainingSettings
from ballbot_fusion.training.pretraining.task import make_task

NEIGHBOURS = 15
"""Frames fewer than these apart are of nearly the same moment: half a second at 30 Hz."""


def with_frames(samples: Samples) -> Samples:
    """Ticks in which every camera had a frame."""
    rows = np.ones(len(samples), bool)
    for indices in samples.frame_index.values():
        rows &= indices > 0
    return samples.chosen(np.flatnonzero(rows))


def neighbours(samples: Samples, rows: NDArray[np.int64]) -> torch.Tensor:
    """Which of ``rows`` are of nearly the same moment: bool (B, B)."""
    newest = torch.from_numpy(next(iter(samples.frame_index.values()))[rows])
    return (newest[:, None] - newest).abs() < NEIGHBOURS


def pretrain(
    policy: FusionPolicy,
    samples: Samples,
    settings: PretrainingSettings,
    seed: tuple[int, ...],
    each: Callable[[int, float], None],
) -> None:
    """Train what ``policy.encode`` uses; ``each`` is told every step and its loss.

    Raises:
        ValueError: a policy without cameras, or a method that does not fit its spec.
    """
    if not policy.spec.images:
        raise ValueError("pretraining: the policy has no cameras. Leave pretraining out.")
    seen = with_frames(samples)
    fast_steps(policy)
    policy.train()
    task = make_task(policy, settings).train()
    optimizer = torch.optim.AdamW(
        [*policy.parameters(), *task.parameters()], lr=settings.learning_rate, weight_decay=0.0
    )
    size = min(settings.batch, len(seen))
    for step, rows in enumerate(batches(len(seen), size, settings.steps, seed)):
        arrays, _ = seen.batch(rows, size)
        observation = {key: torch.from_numpy(value) for key, value in arrays.items()}
        images = {entry.key: observation[entry.key] for entry in policy.spec.images}
        loss = task.loss(policy.encode(images), observation, neighbours(seen, rows))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        each(step, loss.item())
