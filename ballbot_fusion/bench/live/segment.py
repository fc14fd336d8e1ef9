"""One contender run for a while: latencies, ages of information, late ticks, processor time."""

import json
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.bench.live import contenders
from ballbot_fusion.bench.live.ages import SOURCES
from ballbot_fusion.bench.live.contenders import CAMERAS, DRIVER, NORMAL
from ballbot_fusion.bench.live.loads import GRAPH, UNLOADED, USUAL, Contest
from ballbot_fusion.bench.live.processes import Processes
from ballbot_fusion.bench.live.streams import write_images, write_streams

PERCENTILES = (50.0, 90.0, 99.0, 99.9)
CURVE = (*range(1, 100), 99.5, 99.9)
"""Percentiles of a plot."""
LATE_SHARE = 0.2
"""Of a period; see late_share in config/inference.yaml."""
WAIT_S = 20.0
STREAMS = "streams.npz"
Times = NDArray[np.int64]


@dataclass(frozen=True)
class Stage:
    """What all contenders stand on."""

    policy: Path
    folder: Path
    """For streams, policies of other rates, and logs."""
    seconds: float
    settle_s: float
    """Between the first commands and the window, s."""

    @classmethod
    def of(cls, policy: Path, folder: Path, seconds: float, settle_s: float) -> "Stage":
        """Record what sensors say, into ``folder``, which is there."""
        write_streams(folder / STREAMS)
        return cls(policy, folder, seconds, settle_s)

    def images(self, size: tuple[int, int]) -> str:
        """Path of a ring of frames of a size, which is made when it is first asked for."""
        path = self.folder / f"images_{size[0]}x{size[1]}.npz"
        if not path.exists():
            write_images(path, size)
        return str(path)


def start(group: Processes, contest: Contest, stage: Stage, output: Path) -> None:
    """Start sensors and a contender."""
    loaded = contest.who != UNLOADED
    driver = {
        "seconds": stage.seconds, "output": str(output), "encoders": loaded,
        "streams": str(stage.folder / STREAMS), **(DRIVER if contest.real_time else NORMAL),
    }  # fmt: skip
    group.bare("driver", "driver", driver)
    if loaded:
        cameras = {"images": stage.images(contest.size), **CAMERAS}
        group.bare("cameras", "cameras", cameras, "camera")
    policy = contenders.at_rate(stage.policy, contest.rate_hz, stage.folder)
    contenders.start(group, contest, policy)


def segment(contest: Contest, stage: Stage, name: str) -> tuple[dict[str, float], list[float]]:
    """Run a contender; return its figures, and its latencies in ms at ``CURVE``.

    ``name`` is that of a folder for what its processes say.

    Raises:
        RuntimeError: something ended, or no commands flowed.
    """
    folder = stage.folder / name
    output = folder / "driver.npz"
    with Processes(folder) as group:
        start(group, contest, stage, output)
        group.await_(lambda: contenders.ready(group, contest), contest.case)
        time.sleep(stage.settle_s)
        before, began = group.processor_s(), time.monotonic()
        group.signal("driver", signal.SIGUSR1)
        time.sleep(stage.seconds)
        after, passed = group.processor_s(), time.monotonic() - began
        group.await_(output.exists, f"{contest.case}: the driver's file", WAIT_S)
    found, curve = figures(output, contest)
    cpu = {f"cpu_{name}_%": 100.0 * (after[name] - before[name]) / passed for name in after}
    control = sum(cpu.get(f"cpu_{name}_%", 0.0) for name in ("inference", "safety"))
    if control:
        cpu["cpu_inference_and_safety_%"] = control
    return {**found, **cpu, **_ages(folder / "ages.json")}, curve


def figures(output: Path, contest: Contest) -> tuple[dict[str, float], list[float]]:
    """Read what the driver wrote.

    Raises:
        RuntimeError: no command arrived in its window.
    """
    with np.load(output, allow_pickle=False) as found:
        (begin, end), sent, arrived = found["window"], found["sent"], found["arrived"]
        by_policy = found["by_policy"][(arrived[:, 1] >= begin) & (arrived[:, 1] < end)]
    published = dict(sent.tolist())
    rows = [(published[s], at) for s, at in arrived.tolist() if s in published]
    pairs = np.array(rows, np.int64).reshape(-1, 2)
    inside = pairs[(pairs[:, 1] >= begin) & (pairs[:, 1] < end)]
    if len(inside) < 2:
        raise RuntimeError(
            f"{contest.case}: {len(inside)} commands arrived in {(end - begin) * 1e-9:g} s, "
            "expected more. Look at what the processes said (--logs)."
        )
    latency_ms = (inside[:, 1] - inside[:, 0]) * 1e-6
    named = {f"p{p:g}_ms": float(np.percentile(latency_ms, p)) for p in PERCENTILES}
    seconds = (end - begin) * 1e-9
    rest = {
        "information_age_ms": information_age(pairs, int(begin), int(end)) * 1e-6,
        "commands_per_s": len(inside) / seconds,
    }
    if contest.who == GRAPH:
        rest["by_policy_%"] = 100.0 * float(np.mean(by_policy))
    if contest.who != USUAL:
        period_ns = 1e9 / contest.rate_hz
        gaps = np.diff(inside[:, 1])
        rest["late_%"] = 100.0 * float(np.mean(gaps > (1.0 + LATE_SHARE) * period_ns))
        missed = max(1.0 - len(inside) / (seconds * contest.rate_hz), 0.0)
        rest["missed_%"] = 100.0 * missed
    return {**named, **rest}, np.percentile(latency_ms, CURVE).tolist()


def information_age(pairs: Times, begin: int, end: int) -> float:
    """Age of the IMU sample behind the command in force, averaged over the window; ns.

    Args:
        pairs: (n, 2): when the sample was published, and when its command arrived, in order.
        begin: of the window.
        end: of the window; a command is in force from its arrival to that of the next.
    """
    published, arrived = pairs[:, 0], pairs[:, 1]
    since = np.clip(arrived, begin, end)
    until = np.append(since[1:], end)
    # The age grows evenly while a command is in force: its mean is that in the middle.
    length, middle = until - since, (since + until) / 2.0
    held = int(np.sum(length))
    return float(np.sum(length * (middle - published)) / held) if held else float("nan")


def _ages(path: Path) -> dict[str, float]:
    """Median ages of what commands were computed of, where somebody wrote them down."""
    if not path.exists():
        return {}
    rows = np.array(json.loads(path.read_text(encoding="utf-8")))
    medians = np.median(rows, axis=0)
    return {
        f"age_{source.name.lower()}_ms": float(value)
        for source, value in zip(SOURCES, medians, strict=True)
    }
