from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballbot_fusion.evaluation.soak.growth import FEWEST, GROWS, STEADY, UNDECIDED, Watched, growth
from ballbot_fusion.evaluation.soak.resources import resources

MEMORY = Watched("memory_mib", "resident memory", "MiB", 16.0)
HOUR_S = 3600.0


def samples(
    memory: Callable[[float], float], hours: float = 8.0, process: int = 1, count: int = 120
) -> list[dict[str, Any]]:
    """Samples with a noise of 1 MiB."""
    rng = np.random.default_rng(process)
    return [
        {"process": process, "at_s": float(at_s), "memory_mib": memory(at_s) + rng.normal()}
        for at_s in np.linspace(60.0, hours * HOUR_S, count)
    ]


@pytest.mark.parametrize(
    ("memory", "verdict"),
    [
        (lambda s: 300.0, STEADY),
        (lambda s: 300.0 - s / HOUR_S, STEADY),
        (lambda s: 300.0 + s / HOUR_S, STEADY),  # 8 MiB in 8 hours are tolerated
        (lambda s: 300.0 + 4.0 * s / HOUR_S, GROWS),
        (lambda s: 300.0 + (40.0 if s > 4.0 * HOUR_S else 0.0), GROWS),  # one step
        (lambda s: 300.0 + (400.0 if 3.0 < s / HOUR_S < 3.3 else 0.0), STEADY),  # for a while
    ],
)
def test_slow_growth_and_steps_are_told_from_noise(
    memory: Callable[[float], float], verdict: str
) -> None:
    assert growth(MEMORY, samples(memory)).verdict == verdict


def test_few_samples_and_much_noise_decide_nothing() -> None:
    assert growth(MEMORY, samples(lambda s: 300.0)[: FEWEST - 1]).verdict == UNDECIDED
    assert growth(MEMORY, []).verdict == UNDECIDED
    rng = np.random.default_rng(0)
    assert growth(MEMORY, samples(lambda s: 20.0 * rng.normal(), count=9)).verdict == UNDECIDED


@given(st.floats(-200.0, 200.0), st.sampled_from([0.0, 4.0]))
@settings(max_examples=20, deadline=None)
def test_the_level_of_a_process_is_no_growth(level: float, per_hour: float) -> None:
    first = samples(lambda s: 300.0 + per_hour * s / HOUR_S, process=1)
    second = samples(lambda s: 300.0 + level + per_hour * s / HOUR_S, process=2)
    found = growth(MEMORY, [*first, *second])
    assert found.verdict == (GROWS if per_hour else STEADY)
    assert found.growth == pytest.approx(8.0 * per_hour, abs=1.0)


def test_a_handle_that_is_kept_is_seen(tmp_path: Any) -> None:
    before = resources()
    path = tmp_path / "file"
    path.write_text("")
    kept = [path.open() for _ in range(3)]
    assert resources().handles == before.handles + 3
    for file in kept:
        file.close()
    assert resources().handles == before.handles
    assert resources().threads >= 1
    assert 10.0 < resources().memory_mib < 1e5
