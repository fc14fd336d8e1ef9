"""Fit a policy to labels: AdamW, warm-up, gradient clipping, cosine decay in the last round.

Cameras are dear: only the first ``image_rows`` of a batch are encoded, the others learn to do
without, as if their cameras were masked.
"""

from collections.abc import Callable, Iterable
from math import cos, pi
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import smooth_l1_loss

from ballbot_fusion.core import velocity_history
from ballbot_fusion.core.spec import IMAGES, ObservationSpec
from ballbot_fusion.policies.policy import FusionPolicy
from ballbot_fusion.simulation.teacher.alive import alive_index
from ballbot_fusion.training.dataset import Samples
from ballbot_fusion.training.fast_steps import fast_steps
from ballbot_fusion.training.forward import encoded, fused, padded
from ballbot_fusion.training.image_rows import most_telling_first, worth
from ballbot_fusion.training.mirror import Labelled
from ballbot_fusion.training.modality_dropout import ModalityDropout
from ballbot_fusion.training.recurrent import Carried, StreamDropout, predict_pieces
from ballbot_fusion.training.sequences import Pieces, seeing
from ballbot_fusion.training.settings import FitSettings

AGE = "image_age"
HISTORY = velocity_history.KEY


class Losses(NamedTuple):
    """What is minimised in a step."""

    total: float
    action: float
    """Mean error of the action, see FitSettings.error_knee."""
    intent: float
    """The same of the intended velocity."""


Step = Callable[[int, Losses], None]
"""Told after every step: its number and the losses."""
Augment = Callable[[Labelled, NDArray[np.int64]], Labelled]
"""Changes a batch of the given rows."""


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


def hidden(
    observation: dict[str, Tensor],
    mask: Tensor,
    spec: ObservationSpec,
    rows: int,
    drop: Callable[[Tensor], Tensor],
) -> tuple[dict[str, Tensor], Tensor]:
    """Hide some modalities, and the cameras of all samples but the first ``rows``.

    The age of a hidden frame is that of one long gone, as it is when a camera has failed.
    """
    mask = drop(mask)
    for entry in spec.images:
        mask[rows:, spec.keys.index(entry.key)] = 0.0
    if HISTORY in spec and "vel" in spec:
        # What an estimate is made of fails for all of them.
        mask[:, spec.keys.index(HISTORY)] *= mask[:, spec.keys.index("vel")]
    if AGE in spec:
        ages = observation[AGE].clone()
        for entry in spec.images:
            gone = mask[:, spec.keys.index(entry.key)] < 0.5
            ages[gone, IMAGES[entry.key][0]] = spec[AGE].high
        observation = {**observation, AGE: ages}
    return observation, mask


def fit(
    policy: FusionPolicy,
    optimizer: torch.optim.Optimizer,
    samples: Samples,
    steps: Iterable[tuple[int, NDArray[np.int64] | Pieces]],
    rate: Callable[[int], float],
    settings: FitSettings,
    each: Step,
    carried: Carried | None = None,
    augment: Augment | None = None,
) -> None:
    """Minimise the errors of action and intent over numbered batches of rows.

    What is right depends on the cameras that are left: labels are chosen after some are hidden.
    A recurrent policy is given pieces of streams instead; what it remembers is ``carried``.
    ``augment`` may change batches before.
    """
    carried = carried or Carried()
    fast_steps(policy)
    policy.train()
    spec, drop = policy.spec, ModalityDropout.of(policy.spec, settings)
    by_stream = StreamDropout(drop, settings.sequence)
    worth_of = worth(samples, spec)
    for step, drawn in steps:
        if isinstance(drawn, Pieces):
            batch, rows = drawn.rows, seeing(settings) * settings.sequence
        else:
            rows = settings.image_rows
            batch = most_telling_first(drawn, worth_of, rows, settings.telling_share)
        for group in optimizer.param_groups:
            group["lr"] = rate(step)
        given = Labelled(
            *samples.batch(batch, rows), samples.actions[batch], samples.velocities[batch]
        )
        if augment is not None:
            given = augment(given, batch)
        tensors = {key: torch.from_numpy(value) for key, value in given.observation.items()}
        hide = by_stream if isinstance(drawn, Pieces) else drop
        tensors, mask = hidden(tensors, torch.from_numpy(given.mask), spec, rows, hide)
        features = encoded(policy, tensors, rows, mixed=settings.mixed_precision)
        if isinstance(drawn, Pieces):
            begins, features = torch.from_numpy(drawn.begins), padded(features, len(batch))
            action, intent = predict_pieces(policy, tensors, features, mask, begins, carried)
        else:
            action, intent = policy.decide(fused(policy, tensors, features, mask, rows))
        alive = alive_index(mask.numpy(), spec)
        every = np.arange(len(batch))
        wanted = torch.from_numpy(given.actions[every, alive])
        meant = torch.from_numpy(given.velocities[every, alive])
        errors = [
            smooth_l1_loss(found, right, beta=settings.error_knee)
            for found, right in ((action, wanted), (intent, meant))
        ]
        loss = errors[0] + settings.intent_weight * errors[1]
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(policy.parameters(), settings.gradient_clip)
        optimizer.step()
        each(step, Losses(loss.item(), errors[0].item(), errors[1].item()))
