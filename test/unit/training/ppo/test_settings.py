from math import exp

import pytest

from ballbot_fusion.training.ppo.settings import PpoSettings


def test_the_rate_warms_up_and_then_falls_to_zero_in_a_line() -> None:
    how = PpoSettings(rounds=5, updates_per_round=4, warmup_updates=4, learning_rate=1.0)
    rates = [how.rate(update) for update in range(20)]
    assert rates[:4] == pytest.approx([0.25, 0.475, 0.675, 0.85])
    assert rates[4:] == pytest.approx([1.0 - update / 20 for update in range(4, 20)])


def test_the_horizon_is_the_same_at_any_rate() -> None:
    how = PpoSettings(horizon_s=2.0)
    for rate in (100, 200):
        assert how.gamma(rate) ** (2 * rate) == pytest.approx(exp(-1.0))
