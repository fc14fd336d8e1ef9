"""Fit a policy to labels: AdamW, warm-up, gradient clipping, cosine decay in the last round.

Cameras are dear: only the first ``image_rows`` of a batch are encoded, the others learn to do
without, as if their cameras were masked.
"""

import ctypes
from collections.abc import Callable, Iterator
from math import cos, pi

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ballbot_fusion.policies.policy import FusionPolicy
from ballbot_fusion.training.dataset import Samples
from ballbot_fusion.training.settings import FitSettings

Step = Callable[[int, float], None]
"""Told after every step: its number and the loss."""


def make_optimizer(policy: torch.nn.Module, settings: FitSettings) -> torch.optim.Optimizer:
    """AdamW over all parameters."""
    return torch.optim.AdamW(
        policy.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay
    )


def learning_rate(settings: FitSettings, done: int, step: int, steps: int, last: bool) -> float:
    """Rate at ``step`` of ``steps``, after ``done`` earlier ones: warm-up, constant or cosine."""
    warm = min(1.0, (done + step + 1) / settings.warmup_steps)
    decay = 0.5 * (1.0 + cos(pi * step / steps)) if last else 1.0
    return settings.learning_rate * warm * decay


def keep_memory() -> None:
    """Let glibc keep freed memory: big activations cost more in page faults than in arithmetic."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        m_trim_threshold, m_mmap_threshold = -1, -3  # malloc.h
        libc.mallopt(m_mmap_threshold, 1 << 30)
        libc.mallopt(m_trim_threshold, (1 << 31) - 1)


def predict(
    policy: FusionPolicy, observation: dict[str, Tensor], mask: Tensor, rows: int
) -> Tensor:
    """Actions (B, 3), with the cameras of the first ``rows`` samples only."""
    mask = mask.clone()
    features = policy.encode({e.key: observation[e.key][:rows] for e in policy.spec.images})
    for entry in policy.spec.images:
        mask[rows:, policy.spec.keys.index(entry.key)] = 0.0
        missing = len(mask) - len(features[entry.key])
        features[entry.key] = torch.nn.functional.pad(features[entry.key], (0, 0, 0, missing))
    action, _ = policy.act(observation, features, mask)
    return action


def fit(
    policy: FusionPolicy,
    optimizer: torch.optim.Optimizer,
    samples: Samples,
    rows: Iterator[NDArray[np.int64]],
    rate: Callable[[int], float],
    settings: FitSettings,
    each: Step,
) -> float:
    """Minimise the squared error of the action; return the mean loss of the last 100 steps."""
    keep_memory()
    policy.train()
    losses: list[float] = []
    for step, batch in enumerate(rows):
        for group in optimizer.param_groups:
            group["lr"] = rate(step)
        observation, mask, labels = samples.batch(batch, settings.image_rows)
        tensors = {key: torch.from_numpy(value) for key, value in observation.items()}
        action = predict(policy, tensors, torch.from_numpy(mask), settings.image_rows)
        loss = torch.nn.functional.mse_loss(action, torch.from_numpy(labels))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(policy.parameters(), settings.gradient_clip)
        optimizer.step()
        losses.append(loss.item())
        each(step, losses[-1])
    return float(np.mean(losses[-100:]))
