"""Episodes on all cores: one process each, results in the order of the scenarios."""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import active_children, get_context
from typing import Any

from ballbot_fusion.evaluation.scenario import Scenario
from ballbot_fusion.simulation.processes import (
    ONE_THREAD,
    environment,
    leave_interrupts_to_parent,
)

Run = Callable[[Scenario], dict[str, Any]]


def run_all(
    run: Run,
    scenarios: Sequence[Scenario],
    workers: int,
    done: Callable[[], None] = lambda: None,
) -> list[dict[str, Any]]:
    """Run every scenario; results do not depend on ``workers``.

    Args:
        run: a function of a module (it is sent to other processes by its name).
        scenarios: what to run.
        workers: processes; 1 runs here.
        done: called after each episode, in whatever order they end.
    """
    if workers == 1:
        return [_told(run(scenario), done) for scenario in scenarios]
    context = get_context("spawn")
    others = set(active_children())
    with (
        environment(ONE_THREAD),
        ProcessPoolExecutor(workers, context, initializer=leave_interrupts_to_parent) as pool,
    ):
        futures = [pool.submit(run, scenario) for scenario in scenarios]
        try:
            for future in as_completed(futures):
                _told(future.result(), done)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for worker in set(active_children()) - others:
                worker.terminate()
            raise
        return [future.result() for future in futures]


def _told(result: dict[str, Any], done: Callable[[], None]) -> dict[str, Any]:
    done()
    return result
