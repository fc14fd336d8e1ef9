"""Episodes on all cores: one process each, results in the order of the scenarios."""

from collections.abc import Callable, Sequence
from concurrent.futures import as_completed
from typing import Any

from ballbot_fusion.evaluation.scenario import Scenario
from ballbot_fusion.simulation.workers import worker_pool

Result = dict[str, Any]
Run = Callable[[Scenario], Result]
Done = Callable[[Scenario, Result], None]
"""Told of every episode as it ends, in whatever order they end."""


def _untold(_: Scenario, __: Result) -> None:
    """Nobody wants to know."""


def run_all(
    run: Run, scenarios: Sequence[Scenario], workers: int, done: Done = _untold
) -> list[Result]:
    """Run every scenario; results do not depend on ``workers``.

    Args:
        run: a function of a module (it is sent to other processes by its name).
        scenarios: what to run.
        workers: processes; 1 runs here.
        done: called after each episode.
    """
    if workers == 1:
        return [_told(scenario, run(scenario), done) for scenario in scenarios]
    with worker_pool(workers) as pool:
        futures = {pool.submit(run, scenario): scenario for scenario in scenarios}
        for future in as_completed(futures):
            _told(futures[future], future.result(), done)
        return [future.result() for future in futures]


def _told(scenario: Scenario, result: Result, done: Done) -> Result:
    done(scenario, result)
    return result
