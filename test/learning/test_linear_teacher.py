"""Balancing controllers are linear with high gains and saturate: a student must learn that."""

import numpy as np
import pytest
import torch
from support.linear_task import SPREAD, answer, learn, observe, teacher
from support.policies import SMALL, keys_of

from ballbot_fusion.core.spec import DEPLOYED_KEYS, ObservationSpec
from ballbot_fusion.policies.table import ARCHITECTURES, build

SPEC = ObservationSpec.of(DEPLOYED_KEYS)
FEW = ("orientation", "angular_vel", "vel", "rgbd_0", "command")
RATE = 1e-2


def test_a_saturated_linear_teacher_is_learned_in_seconds() -> None:
    torch.manual_seed(0)
    generator = torch.Generator().manual_seed(0)
    policy = build("concat", SPEC, {})
    learn(policy, steps=1200, batch=256, rate=RATE, generator=generator)

    held_out = observe(SPEC, 2048, generator)
    with torch.inference_mode():
        error = (answer(policy, held_out, 2048) - teacher(held_out)).numpy()
    labels = teacher(held_out).numpy()
    assert np.abs(labels).max() == 1.0, "the teacher must saturate for this to be a test"
    rms = float(np.sqrt(np.square(error).mean()))
    assert rms < 0.05, f"rms error {rms:.3f}, of labels with rms {labels.std():.3f}"
    # Balancing happens here: near zero the gains themselves must be right.
    small = {key: value * 0.2 if key in SPREAD else value for key, value in held_out.items()}
    with torch.inference_mode():
        slope = answer(policy, small, 2048).numpy()
    wanted = teacher(small).numpy()
    gain = float((slope * wanted).sum() / np.square(wanted).sum())
    assert 0.9 < gain < 1.1, f"gain near zero is {gain:.2f} of the teacher's"


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_architecture_learns_it_roughly_in_a_few_steps(name: str) -> None:
    torch.manual_seed(0)
    generator = torch.Generator().manual_seed(0)
    spec = ObservationSpec.of(keys_of(name, FEW))
    policy = build(name, spec, SMALL.get(name, {}))
    learn(policy, steps=100, batch=64, rate=RATE, generator=generator)
    held_out = observe(spec, 2048, generator)
    with torch.inference_mode():
        error = answer(policy, held_out, 2048) - teacher(held_out)
    share = float(error.square().mean() / teacher(held_out).square().mean())
    assert share < 0.15, f"{share:.3f} of the labels' variance is left unexplained"
