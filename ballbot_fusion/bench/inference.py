"""A tick of each policy: head on kept features, new frames, whole graph, torch eager.

The head is what most ticks need: cameras are encoded once per frame. The whole graph is what a
runtime does that does not split policies: every tick encodes both cameras again. Both run on one
thread and on fixed memory (IOBinding), so that what differs is the arithmetic alone.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from ballbot_fusion.bench.setting import Outcome, Setting
from ballbot_fusion.bench.timing import Repeats, block, turned
from ballbot_fusion.core.spec import Observation, ObservationSpec
from ballbot_fusion.deployment.bound_session import Array, BoundSession
from ballbot_fusion.deployment.graph import MASK, STATE, head_of, outputs_of
from ballbot_fusion.deployment.library import policy_paths
from ballbot_fusion.deployment.runtime import PolicyRuntime, read_model, session_of
from ballbot_fusion.evaluation.results import Row

REPEATS = 7
CALLS, QUICK_CALLS = 600, 4
"""Of each contender in a repeat."""
QUESTIONS = 16
"""Different observations, asked in turn."""
CAMERA_HZ = 30.0
HEAD, FRESH, WHOLE, TORCH = "head", "new frames", "whole graph", "torch eager"
BARE_HEAD, BARE_WHOLE = "head, arithmetic alone", "whole graph, arithmetic alone"
GOAL = 8.0
"""Least ratio of processor time, whole graph over head."""
Call = Callable[[int], object]


def observations(spec: ObservationSpec) -> list[Observation]:
    """Draw observations, uniform in the range of every modality; the same ones in every run."""
    random = np.random.default_rng(0)
    return [
        {
            entry.key: random.uniform(entry.low, entry.high, entry.shape).astype(np.float32)
            for entry in spec
        }
        for _ in range(QUESTIONS)
    ]


def bound(path: Path, runtime: PolicyRuntime, *, head: bool) -> BoundSession:
    """Open a policy's head, or its whole graph, on memory of its own (zeros)."""
    model = read_model(path)[0]
    part = head_of(model, runtime.spec) if head else model
    return BoundSession(session_of(part), outputs_of(runtime.metadata.state_size))


def _graphs(
    path: Path, runtime: PolicyRuntime, asked: list[Observation], mask: Array
) -> dict[str, Call]:
    """The undivided graph, what it remembers always zero; and what the sessions alone take."""
    head, whole = bound(path, runtime, head=True), bound(path, runtime, head=False)
    size = runtime.metadata.state_size
    rest = {MASK: mask, **({STATE: np.zeros((1, size), np.float32)} if size else {})}
    whole.run({**asked[0], **rest})
    return {
        WHOLE: lambda number: whole.run({**asked[number % QUESTIONS], **rest}),
        BARE_HEAD: lambda _: head.compute(),
        BARE_WHOLE: lambda _: whole.compute(),
    }


def contenders(path: Path, checkpoint: str = "") -> dict[str, Call]:
    """Return what to time of a policy file, by name; torch only with a checkpoint."""
    runtime = PolicyRuntime.load(path)
    asked, mask = observations(runtime.spec), np.ones(len(runtime.spec), np.float32)
    found: dict[str, Call] = {
        HEAD: lambda number: runtime.act(asked[number % QUESTIONS], mask, ()),
        FRESH: lambda number: runtime.act(asked[number % QUESTIONS], mask, None),
        **_graphs(path, runtime, asked, mask),
    }
    if checkpoint:
        from ballbot_fusion.bench.eager import eager, of_checkpoint

        policy = of_checkpoint(Path(checkpoint), runtime)
        if policy is not None:
            found[TORCH] = eager(policy, asked, mask)
    return found


def _ratios(name: str, found: Repeats, rate_hz: float) -> list[Row]:
    """How much the split saves of a policy, in a tick and in a second with both cameras."""
    kinds = (HEAD, FRESH, WHOLE, TORCH, BARE_HEAD, BARE_WHOLE)
    head, fresh, whole, torch, bare_head, bare_whole = (f"{name}, {kind}" for kind in kinds)
    for own, new in zip(found.of(head, "cpu_us"), found.of(fresh, "cpu_us"), strict=True):
        second_us = own + (new - own) * min(CAMERA_HZ / rate_hz, 1.0)
        found.add(f"{name}, cameras at 30 Hz", {"cpu_us": second_us})
    mixed = f"{name}, cameras at 30 Hz"
    cpu = "cpu_us"
    rows = [
        found.ratios(name, "whole_over_head_cpu", (whole, cpu), (head, cpu), GOAL, least=True),
        found.ratios(name, "whole_over_mixed_cpu", (whole, cpu), (mixed, cpu)),
        found.ratios(name, "whole_over_head_arithmetic", (bare_whole, cpu), (bare_head, cpu)),
    ]
    if found.has(torch):
        rows += [
            found.ratios(name, "torch_over_whole_cpu", (torch, cpu), (whole, cpu)),
            found.ratios(name, "torch_over_head_cpu", (torch, cpu), (head, cpu)),
            found.ratios(name, "torch_over_head_p50", (torch, "p50_us"), (head, "p50_us")),
        ]
    return rows


def run(setting: Setting) -> Outcome:
    """Time every policy file in turn."""
    paths = policy_paths(setting.policies)
    runtimes = {path.stem: PolicyRuntime.load(path) for path in paths}
    calls = {
        f"{path.stem}, {kind}": call
        for path in paths
        for kind, call in contenders(path, setting.checkpoint).items()
    }
    timed = any(case.endswith(TORCH) for case in calls)
    if setting.checkpoint and not timed:
        raise ValueError(
            f"{setting.checkpoint} is of another architecture or observation than "
            f"{', '.join(runtimes)}. Give the checkpoint of one of these, or leave it out."
        )
    count, found = int(setting.sized(CALLS, QUICK_CALLS)), Repeats()
    setting.expect(setting.repeats + 1)
    for repeat in range(-1, setting.repeats):  # the first, uncounted: caches and clocks settle
        for case in turned(list(calls), repeat):
            figures = block(calls[case], count).figures()
            if repeat >= 0:
                found.add(case, figures)
        setting.advance(f"{repeat + 1}")
    ratios = [
        row
        for name, runtime in runtimes.items()
        if runtime.spec.images
        for row in _ratios(name, found, runtime.metadata.control_rate_hz)
    ]
    remarks = [
        "`whole_over_head_cpu`: a tick without new frames; `whole_over_mixed_cpu`: ticks of a "
        "second in which both cameras are encoded at 30 Hz, which at 200 Hz can reach 6.7 at most. "
        "Both include Python: observations copied in, answers copied out. "
        "`whole_over_head_arithmetic` is what onnxruntime alone takes.",
        "torch eager: inference mode, one thread, of the checkpoint that was given."
        if timed
        else "torch eager was left out: no checkpoint was given.",
    ]
    files = {name: runtime.sha256 for name, runtime in runtimes.items()}
    return Outcome([*found.rows(), *ratios], ", ".join(runtimes), None, remarks, {"files": files})
