import numpy as np
import torch

from ballbot_fusion.core.spec import DEPLOYED_KEYS, ObservationSpec
from ballbot_fusion.simulation.teacher.alive import alive_index
from ballbot_fusion.training.fit import hidden
from ballbot_fusion.training.modality_dropout import ModalityDropout
from ballbot_fusion.training.settings import FitSettings

SPEC = ObservationSpec.of(DEPLOYED_KEYS)
LEFT, RIGHT = (SPEC.keys.index(key) for key in ("rgbd_0", "rgbd_1"))


def test_index_of_a_label_has_a_bit_for_every_camera_alive() -> None:
    mask = np.ones((4, len(SPEC)), np.float32)
    mask[[0, 2], LEFT] = 0.0
    mask[[0, 1], RIGHT] = 0.0
    np.testing.assert_array_equal(alive_index(mask, SPEC), [0, 1, 2, 3])


def test_a_policy_without_cameras_is_taught_as_if_it_saw() -> None:
    blind = ObservationSpec.of(("orientation", "vel", "command"))
    np.testing.assert_array_equal(alive_index(np.ones((2, 3), np.float32), blind), [3, 3])


def test_hidden_cameras_look_like_failed_ones() -> None:
    torch.manual_seed(0)
    drop = ModalityDropout.of(SPEC, FitSettings(image_dropout=0.5))
    observation = {"image_age": torch.full((400, 2), 0.02)}
    before = torch.ones(400, len(SPEC))
    found, mask = hidden(observation, before.clone(), SPEC, 300, drop)
    for column, camera in ((0, LEFT), (1, RIGHT)):
        gone = mask[:, camera] < 0.5
        assert gone[300:].all()
        assert 0.3 < gone[:300].float().mean() < 0.7
        assert (found["image_age"][gone, column] == SPEC["image_age"].high).all()
        assert (found["image_age"][~gone, column] == 0.02).all()
    assert (observation["image_age"] == 0.02).all()


def test_a_hidden_camera_ages_in_its_own_column() -> None:
    """Whatever the order of the keys, and where it is the only camera."""
    for keys in (("rgbd_1", "rgbd_0", "image_age"), ("rgbd_1", "image_age")):
        spec = ObservationSpec.of(keys)
        mask = torch.ones(1, len(keys))
        mask[0, 0] = 0.0
        found, _ = hidden({"image_age": torch.full((1, 2), 0.02)}, mask, spec, 1, torch.clone)
        np.testing.assert_allclose(found["image_age"], [[0.02, spec["image_age"].high]])
