"""Episodes on all cores: one process each, results in the order of the scenarios."""

from collections.abc import Callable, Sequence
from concurrent.futures import as_completed
from typing import Any, TypeVar

from ballbot_fusion.simulation.workers import worker_pool

T = TypeVar("T")
"""What determines an episode: a Scenario, or something with one. It travels between processes."""
Result = dict[str, Any]


def _untold(_: Any, __: Result) -> None:
    """Nobody wants to know."""


def run_all(
    run: Callable[[T], Result],
    scenarios: Sequence[T],
    workers: int,
    done: Callable[[T, Result], None] = _untold,
) -> list[Result]:
    """Run every scenario; results do not depend on ``workers``.

    Args:
        run: a function of a module (it is sent to other processes by its name).
        scenarios: what to run.
        workers: processes; 1 runs here.
        done: called after each episode, in whatever order they end; what it raises ends them all.
    """
    if workers == 1:
        return [_told(scenario, run(scenario), done) for scenario in scenarios]
    with worker_pool(workers) as pool:
        futures = {pool.submit(run, scenario): scenario for scenario in scenarios}
        for future in as_completed(futures):
            _told(futures[future], future.result(), done)
        return [future.result() for future in futures]


def _told(scenario: T, result: Result, done: Callable[[T, Result], None]) -> Result:
    done(scenario, result)
    return result
