from math import log

import numpy as np
import pytest
import torch

from ballbot_fusion.core.spec import DEPLOYED_KEYS, ObservationSpec
from ballbot_fusion.policies.policy import FusionPolicy
from ballbot_fusion.policies.table import build
from ballbot_fusion.training.dataset import Samples
from ballbot_fusion.training.pretraining import METHODS
from ballbot_fusion.training.pretraining.contrastive import info_nce
from ballbot_fusion.training.pretraining.pretrain import neighbours, pretrain, with_frames
from ballbot_fusion.training.pretraining.settings import PretrainingSettings

SPEC = ObservationSpec.of(DEPLOYED_KEYS)
FRAMES, TICKS = 48, 96


def samples() -> Samples:
    """Images of a bar whose place follows from the velocity; frame 0 is "none yet"."""
    rng = np.random.default_rng(0)
    places = np.tile(np.arange(1, FRAMES), 3)[:TICKS]
    vectors = {
        entry.key: np.zeros((TICKS, entry.size), np.float32) for entry in SPEC.vectors
    }  # fmt: skip
    vectors["vel"][:, 0] = places / FRAMES
    vectors["angular_vel"][:] = rng.normal(0.0, 0.1, (TICKS, 3))
    frames = {}
    for entry in SPEC.images:
        frames[entry.key] = np.zeros((FRAMES, *entry.shape), np.float16)
        for place in range(FRAMES):
            frames[entry.key][place, 0, place : place + 16] = 1.0
    index = {entry.key: places.astype(np.int64) for entry in SPEC.images}
    index["rgbd_1"] = index["rgbd_1"].copy()
    index["rgbd_1"][0] = 0
    labels = np.zeros((TICKS, 4, 3), np.float32)
    return Samples(vectors, frames, index, np.ones((TICKS, len(SPEC)), np.float32), labels, labels)


def policy() -> FusionPolicy:
    torch.manual_seed(0)
    return build("concat", SPEC, {})


def test_ticks_without_a_frame_of_every_camera_are_left_out() -> None:
    assert len(with_frames(samples())) == TICKS - 1


@pytest.mark.parametrize("method", METHODS)
def test_it_learns_and_only_the_encoders_change(method: str) -> None:
    student = policy()
    before = {name: value.clone() for name, value in student.named_parameters()}
    losses: list[float] = []
    how = PretrainingSettings(method=method, steps=40, batch=32, learning_rate=3e-3)
    pretrain(student, samples(), how, (0, 0), lambda _, loss: losses.append(loss))
    assert np.mean(losses[-5:]) < 0.8 * np.mean(losses[:5])
    changed = {name for name, value in student.named_parameters() if not value.equal(before[name])}
    assert changed
    assert all(name.startswith("encoders.") for name in changed)


def test_chance_is_the_logarithm_of_the_batch_and_pairs_are_better() -> None:
    torch.manual_seed(0)
    a, none = torch.eye(16), torch.eye(16, dtype=torch.bool)
    same = torch.ones(16, 4)
    assert float(info_nce(same, same, 0.07, none)) == pytest.approx(log(16))
    assert float(info_nce(a, a, 0.07, none)) < 1e-4
    assert float(info_nce(a, a.roll(1, 0), 0.07, none)) > log(16)


def test_a_moment_later_is_no_negative() -> None:
    """Rows in pairs of one moment: telling them apart must not be asked for."""
    pairs = torch.eye(8).repeat_interleave(2, 0)
    near = torch.block_diag(*[torch.ones(2, 2)] * 8) > 0
    assert float(info_nce(pairs, pairs, 0.07, near)) < 1e-4
    assert float(info_nce(pairs, pairs, 0.07, torch.eye(16) > 0)) == pytest.approx(log(2), abs=1e-4)


def test_frames_within_half_a_second_are_of_one_moment() -> None:
    rows = np.array([0, 14, 15, 47])  # of the frames 1, 15, 16 and 1
    found = neighbours(samples(), rows)
    assert found.tolist() == [
        [True, True, False, True],
        [True, True, True, True],
        [False, True, True, False],
        [True, True, False, True],
    ]


def test_frozen_encoders_stay_as_they_are_while_the_rest_learns() -> None:
    student = policy()
    student.freeze_vision()
    student.train()
    before = {name: value.clone() for name, value in student.vision.state_dict().items()}
    optimizer = torch.optim.AdamW(student.parameters(), lr=0.1, weight_decay=0.1)
    observation = {entry.key: torch.rand(8, *entry.shape) for entry in SPEC}
    head = student.head.direct.weight.clone()
    student(observation, torch.ones(8, len(SPEC)))[0].square().sum().backward()
    optimizer.step()
    assert not student.head.direct.weight.equal(head)
    for name, value in student.vision.state_dict().items():
        assert value.equal(before[name]), name


def test_an_unknown_method_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"'magic'.*autoencoder, contrastive"):
        PretrainingSettings(method="magic")
