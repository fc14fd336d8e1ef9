"""Episodes on all cores: one process each, results in the order of the scenarios."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import Any

from ballbot_fusion.evaluation.scenario import Scenario

Run = Callable[[Scenario], dict[str, Any]]


def _one_thread() -> None:
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"


def run_all(
    run: Run, scenarios: Sequence[Scenario], workers: int, done: Callable[[], None]
) -> list[dict[str, Any]]:
    """Run every scenario; ``done`` is called after each. Results do not depend on ``workers``."""
    if workers == 1:
        return list(_in_turn(run, scenarios, done))
    context = get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_one_thread) as pool:
        futures = [pool.submit(run, scenario) for scenario in scenarios]
        try:
            for future in as_completed(futures):
                future.result()
                done()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        return [future.result() for future in futures]


def _in_turn(
    run: Run, scenarios: Sequence[Scenario], done: Callable[[], None]
) -> Iterator[dict[str, Any]]:
    for scenario in scenarios:
        yield run(scenario)
        done()
