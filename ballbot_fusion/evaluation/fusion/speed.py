"""How long the runtime takes for a tick, of several policies in turn in one process.

Other work on the machine slows all of them: interleaved, ratios mean something even where absolute
figures do not. A round is what happens between two frames: a tick with new frames of all cameras,
then ticks without.
"""

import time
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.evaluation.fusion.samples import RecordedSamples
from ballbot_fusion.evaluation.results import Row, quantile

TICKS = 7
"""Of a round: 200 Hz beside cameras of 30 Hz."""
SETTLING_ROUNDS = 20
"""Not counted: caches and clocks settle."""
QUANTILES = {"p50": 0.5, "p99": 0.99}
FRESH, KEPT = "new_frames", "no_frames"


def _microseconds(run: Callable[[], object]) -> float:
    begin = time.perf_counter_ns()
    run()
    return (time.perf_counter_ns() - begin) * 1e-3


def _round(runtime: PolicyRuntime, samples: RecordedSamples, first: int) -> list[float]:
    """Time TICKS ticks; the first has new frames."""
    spec, found = runtime.spec, []
    for tick in range(TICKS):
        row = (first + tick) % len(samples)
        observation, mask = samples.observation(row, spec), samples.mask_of(row, spec)
        fresh = [entry.key for entry in spec.images] if tick == 0 else []
        found.append(_microseconds(partial(runtime.act, observation, mask, fresh)))
    return found


def speed(
    runtimes: Mapping[str, PolicyRuntime],
    samples: RecordedSamples,
    rounds: int,
    each: Callable[[], None] = lambda: None,
) -> list[Row]:
    """Return p50 and p99 [us] of ticks with and without new frames, by policy name.

    Args:
        runtimes: policies by name.
        samples: what they are asked about.
        rounds: of each policy; one of every policy makes a turn.
        each: called after every turn.
    """
    names = list(runtimes)
    taken: dict[str, list[list[float]]] = {name: [] for name in names}
    for number in range(SETTLING_ROUNDS + rounds):
        # Whoever comes first differs from turn to turn.
        for name in [*names[number % len(names) :], *names[: number % len(names)]]:
            found = _round(runtimes[name], samples, number * TICKS)
            if number >= SETTLING_ROUNDS:
                taken[name].append(found)
        each()
    rows = []
    for name in names:
        times = np.array(taken[name])
        for what, values in ((KEPT, times[:, 1:].ravel()), (FRESH, times[:, 0])):
            for label, share in QUANTILES.items():
                rows.append(quantile(name, f"{what}_{label}_us", values, share))
    return rows
