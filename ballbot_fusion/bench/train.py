"""How many samples a second the fit of a recipe takes, on a small dataset made for it.

The minutes of all its steps follow from that. Those to a policy include roll-outs, and what else
the machine does: a full run says them in the policy's provenance (models/README.md).
"""

import os
import time

import numpy as np
import torch

from ballbot_fusion.bench.inference import observations
from ballbot_fusion.bench.setting import Outcome, Setting
from ballbot_fusion.bench.timing import Repeats, turned
from ballbot_fusion.core.resources import share
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.settings import load
from ballbot_fusion.core.spec import INSTRUCTION, ObservationSpec
from ballbot_fusion.policies.table import build
from ballbot_fusion.training.augmentation import Augmentation
from ballbot_fusion.training.dataset import Samples
from ballbot_fusion.training.fit import fit, make_optimizer
from ballbot_fusion.training.mirror import Mirror
from ballbot_fusion.training.rows_of_steps import rows_of_steps
from ballbot_fusion.training.settings import FitSettings, TrainSettings

REPEATS = 5
RECIPES = (
    "concat_again", "blind", "shared", "attention", "transformer", "vit", "hierarchical",
    "weighted", "early", "decision", "mlp_proprio", "language", "frame_stack", "lstm",
    "velocity_history",
)  # fmt: skip
"""Of config/train/: each architecture once, and one that sees nothing."""
QUICK_RECIPES = ("concat_again",)
MIXED = ", images in bfloat16"
"""Said of fits with `mixed_precision`."""
TRIED_MIXED = ("concat_again", "attention", "transformer")
"""Fitted with it, too, although their recipes do without."""
STEPS, QUICK_STEPS = 24, 2
SETTLING = 2
"""Steps of each run that are not counted: memory is allocated."""
TICKS, QUICK_TICKS = 4096, 64
QUICK_BATCH = 16
TICKS_OF_EPISODE = 600
"""Kept ones of an episode of 15 s."""
SETS = 4
"""Of cameras alive, each with a label of its own."""


def made(spec: ObservationSpec, ticks: int) -> Samples:
    """Make a dataset of random ticks, each with frames of its own."""
    random, asked = np.random.default_rng(0), observations(spec)
    rows = np.arange(ticks)
    kinds = rows % len(asked)
    frames = {
        e.key: np.stack([o[e.key] for o in asked]).astype(np.float16) for e in spec.images
    }  # fmt: skip
    return Samples(
        vectors={
            e.key: np.stack([asked[k][e.key] for k in kinds]).astype(np.float32)
            for e in spec.vectors
        },
        frames=frames,
        frame_index={key: kinds.astype(np.int64) for key in frames},
        mask=np.ones((ticks, len(spec)), np.float32),
        actions=random.uniform(-1.0, 1.0, (ticks, SETS, 3)).astype(np.float32),
        velocities=random.uniform(-0.5, 0.5, (ticks, SETS, 3)).astype(np.float32),
        episode=rows // TICKS_OF_EPISODE,
    )


class _Stopwatch:
    """Told after every step; notes when."""

    def __init__(self) -> None:
        self.times: list[float] = []

    def __call__(self, *_: object) -> None:
        self.times.append(time.perf_counter())

    @property
    def steps_hz(self) -> float:
        """Steps a second, behind the first ones."""
        counted = self.times[SETTLING - 1 :] if len(self.times) > SETTLING else self.times
        return (len(counted) - 1) / (counted[-1] - counted[0])


def _fitted(recipe: TrainSettings, fitting: FitSettings, samples: Samples, steps: int) -> float:
    """Fit a fresh policy for some steps; return steps a second."""
    torch.manual_seed(0)
    spec = ObservationSpec.of(recipe.keys)
    policy = build(recipe.architecture, spec, recipe.policy)
    # Instructions are random numbers here: they have neither a reflection nor other words.
    mirror = Mirror.of(spec, RobotConfig(), [INSTRUCTION]) if fitting.mirrored_share else None
    watch, optimizer = _Stopwatch(), make_optimizer(policy, fitting)
    drawn = rows_of_steps(samples, spec, fitting, steps, (0,), recurrent=policy.state_size > 0)
    rate = fitting.learning_rate
    fit(
        policy,
        optimizer,
        samples,
        enumerate(drawn),
        lambda _: rate,
        fitting,
        watch,
        augment=Augmentation(mirror, fitting.mirrored_share),
    )
    return watch.steps_hz


def run(setting: Setting) -> Outcome:
    """Fit every recipe in turn, with a thread a core, as `ballbot train` does."""
    torch.set_num_threads(len(os.sched_getaffinity(0)))  # other benches take one
    names = QUICK_RECIPES if setting.quick else RECIPES
    folder = share() / "config" / "train"
    recipes = {name: load(TrainSettings, folder / f"{name}.yaml") for name in names}
    steps = int(setting.sized(STEPS, QUICK_STEPS))
    ticks = int(setting.sized(TICKS, QUICK_TICKS))
    found = Repeats()
    specs = {name: ObservationSpec.of(recipe.keys) for name, recipe in recipes.items()}
    cases = [
        (name, mixed)
        for name, recipe in recipes.items()
        for mixed in (False, True)
        if mixed == recipe.fit.mixed_precision or (mixed and name in TRIED_MIXED)
    ]
    small = {"batch": QUICK_BATCH, "image_rows": QUICK_BATCH} if setting.quick else {}
    setting.expect(setting.repeats * len(cases))
    for repeat in range(setting.repeats):
        for name, mixed in turned(cases, repeat):
            recipe = recipes[name]
            fitting = recipe.fit.model_copy(update={**small, "mixed_precision": mixed})
            samples = made(specs[name], ticks)
            steps_hz = _fitted(recipe, fitting, samples, steps)
            figures = {
                "steps_per_s": steps_hz,
                "samples_per_s": steps_hz * fitting.batch,
                "minutes_of_all_steps": recipe.steps / steps_hz / 60.0,
            }
            if specs[name].images:
                seen = min(fitting.image_rows, fitting.batch)
                figures["samples_with_frames_per_s"] = steps_hz * seen
            case = f"fit of {name}{MIXED * mixed}"
            found.add(case, figures)
            setting.advance(case)
    remarks = [
        f"{torch.get_num_threads()} threads, random data, the batch of each recipe; in a batch "
        "only some samples have their frames encoded (`image_rows`).",
        f"Minutes of all steps are extrapolated from {steps} of them; the roll-outs come on top.",
    ]
    return Outcome(found.rows(), remarks=remarks)
