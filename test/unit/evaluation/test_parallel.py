import os
import time
from typing import Any

import pytest

from ballbot_fusion.evaluation.parallel import run_all
from ballbot_fusion.evaluation.scenario import LQR, Scenario
from ballbot_fusion.evaluation.suites import balance

SCENARIOS = balance.scenarios(LQR, ["flat", "rough"], range(2), 0.3)


def test_results_do_not_depend_on_the_number_of_processes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    done: list[tuple[Scenario, dict[str, Any]]] = []
    together = run_all(balance.run, SCENARIOS, 2, lambda *told: done.append(told))
    assert together == run_all(balance.run, SCENARIOS, 1)
    assert [(e["terrain"], e["seed"]) for e in together] == [
        ("flat", 0), ("flat", 1), ("rough", 0), ("rough", 1),
    ]  # fmt: skip
    assert len(done) == len(SCENARIOS)
    for scenario, result in done:
        assert result == together[SCENARIOS.index(scenario)]
    # Set for the processes alone.
    assert os.environ["OMP_NUM_THREADS"] == "2"
    assert "OPENBLAS_NUM_THREADS" not in os.environ


def test_an_error_in_a_process_reaches_the_caller() -> None:
    with pytest.raises(ValueError, match="Unknown terrain 'moon'"):
        run_all(balance.run, [Scenario(LQR, terrain="moon"), *SCENARIOS], 2)


def test_an_interrupt_ends_the_processes_at_once() -> None:
    long = [Scenario(LQR, seed=seed, seconds=3600.0, cameras=False) for seed in range(2)]

    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    begin = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run_all(balance.run, [SCENARIOS[0], *long], 2, interrupt)
    assert time.monotonic() - begin < 60.0, "an hour of simulated time was not waited for"
