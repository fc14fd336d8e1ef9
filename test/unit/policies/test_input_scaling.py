import pytest
import torch

from ballbot_fusion.core.spec import SEED_KEYS, ObservationSpec
from ballbot_fusion.policies.input_scaling import FARTHEST, InputScaling

SPEC = ObservationSpec.of(SEED_KEYS)


def scaled(scaling: InputScaling, key: str, value: torch.Tensor) -> torch.Tensor:
    """Scale ``value`` (B, size) of ``key`` with zeros for the other modalities."""
    batch = {e.key: torch.zeros(len(value), e.size) for e in SPEC.vectors}
    return scaling(batch | {key: value})[key]


def test_it_begins_as_the_identity() -> None:
    value = torch.randn(5, 3)
    assert torch.equal(scaled(InputScaling(SPEC), "vel", value), value)


def test_values_are_brought_to_mean_zero_and_spread_one() -> None:
    scaling = InputScaling(SPEC)
    scaling.set_statistics({"vel": {"mean": [1.0, 2.0, 3.0], "std": [0.5, 1.0, 2.0]}})
    found = scaled(scaling, "vel", torch.tensor([[1.5, 1.0, 7.0]]))
    assert torch.equal(found, torch.tensor([[1.0, -1.0, 2.0]]))
    value = torch.randn(5, 3)
    left = scaled(scaling, "orientation", value)
    assert torch.equal(left, value), "without statistics it is left alone"


def test_what_hardly_varies_is_not_blown_up() -> None:
    scaling = InputScaling(SPEC)
    scaling.set_statistics({"vel": {"mean": [0.0] * 3, "std": [0.0, 1e-4, 0.1]}})
    found = scaled(scaling, "vel", torch.full((1, 3), 0.2))
    assert torch.allclose(found, torch.tensor([[0.2, 0.2, 2.0]]))


def test_what_is_far_from_all_training_counts_no_further() -> None:
    scaling = InputScaling(SPEC)
    scaling.set_statistics({"vel": {"mean": [1.0] * 3, "std": [0.002] * 3}})
    found = scaled(scaling, "vel", torch.tensor([[2.0, -2.0, 1.002]]))
    assert torch.allclose(found, torch.tensor([[FARTHEST, -FARTHEST, 1.0]]), atol=1e-4)


def test_statistics_travel_with_the_weights_and_are_not_trained() -> None:
    scaling = InputScaling(SPEC)
    scaling.set_statistics({"vel": {"mean": [1.0] * 3, "std": [2.0] * 3}})
    other = InputScaling(SPEC)
    other.load_state_dict(scaling.state_dict())
    assert torch.equal(scaled(other, "vel", torch.ones(1, 3)), torch.zeros(1, 3))
    assert list(scaling.parameters()) == []


def test_statistics_of_images_are_not_needed() -> None:
    InputScaling(SPEC).set_statistics({"rgbd_0": {"mean": [0.5], "std": [0.1]}})


@pytest.mark.parametrize(
    ("statistics", "message"),
    [
        ({"command": {"mean": [0.0] * 3, "std": [1.0] * 3}}, "command.*the spec does not have"),
        ({"vel": {"mean": [0.0], "std": [1.0] * 3}}, "mean of 'vel'.*expected 3"),
        ({"vel": {"mean": [0.0] * 3, "std": [1.0, 1.0, float("nan")]}}, "std of 'vel'.*finite"),
    ],
)
def test_wrong_statistics_are_refused(statistics: dict[str, dict[str, list[float]]],
                                      message: str) -> None:  # fmt: skip
    with pytest.raises(ValueError, match=message):
        InputScaling(SPEC).set_statistics(statistics)
