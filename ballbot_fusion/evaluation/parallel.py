"""Episodes on all cores: one process each, results in the order of the scenarios."""

import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing import active_children, get_context
from typing import Any

from ballbot_fusion.evaluation.scenario import Scenario

Run = Callable[[Scenario], dict[str, Any]]
ONE_THREAD: Mapping[str, str] = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
}
"""Processes fill the cores; threads of maths libraries would only fight over them."""


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Set variables for the processes that are started within the block."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _leave_interrupts_to_parent() -> None:
    """Ctrl-C reaches every process of the terminal; only the parent has something to say."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


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
    # Libraries read these when they are loaded: they must be there before a worker begins.
    with (
        _environment(ONE_THREAD),
        ProcessPoolExecutor(workers, context, initializer=_leave_interrupts_to_parent) as pool,
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
