import numpy as np
import pytest
from support.policies import SHORT_KEYS, exported
from support.recorded import SPEC, recorded

from ballbot_fusion.deployment.open_graph import OpenGraph
from ballbot_fusion.evaluation.fusion.features import FUSED, described, statistics


def test_dead_and_saturated_features_are_named() -> None:
    rng = np.random.default_rng(0)
    values = rng.uniform(-0.5, 0.5, (100, 5)).astype(np.float32)
    values[:, 1] = 0.3
    values[:, 3] = np.sign(values[:, 3])
    values[:, 4] *= 100.0
    found = described("group", values)
    assert (found["dead"], found["saturated"]) == ([1], [3])
    assert found["size"] == 5
    assert found["std"][1] == pytest.approx(0.0, abs=1e-5)
    assert found["min"][3] == -1.0
    assert found["max"][3] == 1.0


def test_a_concatenation_is_told_by_modality_another_fusion_by_camera_and_whole() -> None:
    concat = statistics(OpenGraph(exported(SHORT_KEYS, "concat"), SPEC), SPEC, recorded())
    assert [group["group"] for group in concat] == list(SHORT_KEYS)
    assert [group["size"] for group in concat] == [3, 3, 20, 20, 2, 3]
    attention = statistics(OpenGraph(exported(SHORT_KEYS, "attention"), SPEC), SPEC, recorded())
    assert [group["group"] for group in attention] == ["rgbd_0", "rgbd_1", FUSED]
