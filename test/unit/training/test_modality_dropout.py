import torch
from hypothesis import given
from hypothesis import strategies as st

from ballbot_fusion.training.modality_dropout import ModalityDropout

COUNT = 4000


def test_it_is_off_in_evaluation() -> None:
    mask = torch.ones(COUNT, 3)
    assert torch.equal(ModalityDropout([0.9, 0.9, 0.9]).eval()(mask), mask)


def test_each_sample_is_drawn_for_itself_with_its_modality_s_probability() -> None:
    torch.manual_seed(0)
    dropped = 1.0 - ModalityDropout([0.1, 0.4, 0.0]).train()(torch.ones(COUNT, 3))
    share = dropped.mean(dim=0)
    # Three standard deviations of a share of 0.4 among COUNT are 0.023.
    assert torch.allclose(share, torch.tensor([0.1, 0.4, 0.0]), atol=0.025)
    assert torch.equal(dropped[:, 2], torch.zeros(COUNT))
    together = (dropped[:, 0] * dropped[:, 1]).mean()
    assert abs(together - 0.04) < 0.015, "modalities are not dropped independently"


@given(
    mask=st.lists(st.lists(st.sampled_from([0.0, 1.0]), min_size=4, max_size=4), min_size=1),
    probability=st.lists(st.floats(0.0, 0.99), min_size=4, max_size=4),
    seed=st.integers(0, 2**31),
)
def test_it_only_takes_away_and_never_everything(
    mask: list[list[float]], probability: list[float], seed: int
) -> None:
    torch.manual_seed(seed)
    before = torch.tensor(mask)
    after = ModalityDropout(probability).train()(before)
    assert (after <= before).all()
    assert torch.equal(after.sum(dim=1) > 0, before.sum(dim=1) > 0)
    assert set(after.unique().tolist()) <= {0.0, 1.0}


def test_a_saved_policy_does_not_remember_probabilities() -> None:
    """They are settings: loading weights must not bring back those of an earlier run."""
    assert ModalityDropout([0.5]).state_dict() == {}
