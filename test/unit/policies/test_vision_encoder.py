import pytest
import torch

from ballbot_fusion.policies.vision_encoder import VisionEncoder


def test_layers_are_those_of_the_seed() -> None:
    encoder = VisionEncoder((1, 64, 64))
    layers = [type(m).__name__ for m in (*encoder.convolutions, *encoder.bottleneck)]
    block = ["Conv2d", "BatchNorm2d", "LeakyReLU"]
    assert layers == [*block, *block, "Flatten", "Linear", "BatchNorm1d", "Tanh"]
    assert encoder.bottleneck[0].in_features == 8192
    assert encoder.bottleneck[0].out_features == 20


@pytest.mark.parametrize("shape", [(1, 64, 64), (4, 64, 64), (3, 30, 50), (1, 61, 67)])
def test_any_number_of_channels_and_any_size(shape: tuple[int, int, int]) -> None:
    """The seed's formula for the flattened size is wrong where a side is not divisible by 4."""
    features = VisionEncoder(shape, features=7)(torch.rand(2, *shape))
    assert features.shape == (2, 7)
    assert (features.abs() <= 1.0).all()


def test_finding_the_size_leaves_no_trace_in_the_batch_statistics() -> None:
    encoder = VisionEncoder((1, 64, 64))
    norm = encoder.convolutions[1]
    assert encoder.training
    assert norm.training
    assert norm.num_batches_tracked == 0
    assert not norm.running_mean.any()


def test_samples_of_a_batch_do_not_see_each_other_in_evaluation() -> None:
    encoder = VisionEncoder((1, 64, 64)).eval()
    images = torch.rand(3, 1, 64, 64)
    assert torch.allclose(encoder(images)[1:2], encoder(images[1:2]), atol=1e-6)
