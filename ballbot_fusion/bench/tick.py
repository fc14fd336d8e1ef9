"""How evenly the control loop ticks: idle, beside the simulator, and with a hog on every core.

Periods are between the moments at which the inference node publishes its commands, as the
middleware stamps them. The graph is started process by process with what the launch files give
them, once with their real-time priorities, where permitted, and once without.
"""

import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.bench.live.contenders import DRIVER, NORMAL, at_rate, start_graph
from ballbot_fusion.bench.live.loads import GRAPH, Contest
from ballbot_fusion.bench.live.processes import Processes
from ballbot_fusion.bench.live.segment import LATE_SHARE, STREAMS
from ballbot_fusion.bench.live.streams import write_streams
from ballbot_fusion.bench.machine import permits_real_time
from ballbot_fusion.bench.setting import Outcome, Setting
from ballbot_fusion.bench.timing import Repeats, turned
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.nodes.start_up import SIMULATION
from ballbot_fusion.operation.hogs import hogs

REPEATS = 5
SECONDS, QUICK_SECONDS = 10.0, 1.0
SETTLE_S, QUICK_SETTLE_S = 2.0, 0.3
IDLE, SIMULATOR, HOGS = "idle", "simulator", "simulator and hogs"
GOAL_LATE = 1.0
"""Largest share of late ticks at 200 Hz beside the simulator, with real-time scheduling, %."""


@dataclass(frozen=True)
class Load:
    """What runs beside the control loop, and how the graph is scheduled."""

    beside: str
    rate_hz: int = 200
    real_time: bool = True

    @property
    def case(self) -> str:
        """Name in results."""
        return f"{self.beside}, {self.rate_hz} Hz, {'real time' if self.real_time else 'normal'}"


def loads(setting: Setting) -> list[Load]:
    """Everything that takes turns."""
    if setting.quick:
        return [Load(IDLE, real_time=False)]
    scheduled = (True, False) if permits_real_time() else (False,)
    return [
        *(Load(beside, 200, r) for beside in (IDLE, SIMULATOR, HOGS) for r in scheduled),
        *(Load(SIMULATOR, 500, r) for r in scheduled),
    ]


def periods(sent: NDArray[np.int64], begin_ns: int, rate_hz: int) -> dict[str, float]:
    """Return figures of the ticks that were sent, in ns, from ``begin_ns`` on.

    Raises:
        RuntimeError: there were none.
    """
    inside = np.sort(sent[sent >= begin_ns])
    if len(inside) < 3:
        raise RuntimeError(f"The control loop sent {len(inside)} commands, expected more.")
    gaps_ms, period_ms = np.diff(inside) * 1e-6, 1e3 / rate_hz
    errors = np.abs(gaps_ms - period_ms)
    seconds = (inside[-1] - inside[0]) * 1e-9
    return {
        "error_p50_ms": float(np.percentile(errors, 50.0)),
        "error_p99_ms": float(np.percentile(errors, 99.0)),
        "error_max_ms": float(errors.max()),
        "late_%": 100.0 * float(np.mean(gaps_ms > (1.0 + LATE_SHARE) * period_ms)),
        "ticks_per_s": (len(inside) - 1) / float(seconds),
    }


def _start(group: Processes, load: Load, policy: Path, folder: Path) -> None:
    contest = Contest(GRAPH, load.rate_hz, real_time=load.real_time)
    output = str(group.folder / "observer.npz")
    group.bare("observer", "observer", {"output": output})
    if load.beside == IDLE:
        place = DRIVER if load.real_time else NORMAL
        driver = {"seconds": 1.0, "output": str(group.folder / "driver.npz"), "encoders": True}
        group.bare("driver", "driver", {**driver, "streams": str(folder / STREAMS), **place})
    else:
        for name in ("mujoco_bridge", "camera_bridge"):
            group.node(name, SIMULATION[name] if load.real_time else NORMAL)
    start_graph(group, contest, policy)


def _armed(group: Processes) -> bool:
    armed = "ARMED: armed" in group.said("safety")
    return armed and "first command" in group.said("observer")


def _segment(load: Load, setting: Setting, folder: Path, name: str) -> dict[str, float]:
    policy = policy_path(setting.policies[0] if setting.policies else "default")
    with Processes(folder / name) as group:
        _start(group, load, at_rate(policy, load.rate_hz, folder), folder)
        group.await_(lambda: _armed(group), load.case)
        with hogs((os.cpu_count() or 1) if load.beside == HOGS else 0):
            time.sleep(setting.sized(SETTLE_S, QUICK_SETTLE_S))
            begin_ns, before = time.time_ns(), group.processor_s()
            seconds = setting.sized(SECONDS, QUICK_SECONDS)
            time.sleep(seconds)
            after = group.processor_s()
            time.sleep(setting.sized(1.0, 0.5))  # what the observer has still to write
    with np.load(folder / name / "observer.npz", allow_pickle=False) as found:
        figures = periods(found["sent"], begin_ns, load.rate_hz)
    used = {n: 100.0 * (after[n] - before[n]) / seconds for n in ("inference", "safety")}
    return {**figures, **{f"cpu_{n}_%": share for n, share in used.items()}}


def run(setting: Setting) -> Outcome:
    """Let all loads take turns."""
    folder = setting.place("tick")
    write_streams(folder / STREAMS)
    runtime = PolicyRuntime.load(policy_path((*setting.policies, "default")[0]))
    cases, found = {load.case: load for load in loads(setting)}, Repeats()
    setting.expect(setting.repeats * len(cases))
    for repeat in range(setting.repeats):
        for case in turned(list(cases), repeat * 3):
            name = f"{repeat}_{case.replace(', ', '_').replace(' ', '_')}"
            found.add(case, _segment(cases[case], setting, folder, name))
            setting.advance(case)
    remarks = [
        "error: how far a period is from the one that was asked for; `late_%`: periods more than "
        "1.2 times as long; one core is 100 % of processor time.",
        "idle: sensors are played without physics and cameras, and nothing else runs.",
    ]
    if not any(load.real_time for load in cases.values()):
        remarks.append("Without real-time scheduling only: it is not permitted here, or quick.")
    goals = {(Load(SIMULATOR).case, "late_%"): GOAL_LATE}
    return Outcome(found.rows(goals), runtime.metadata.name, runtime.sha256, remarks)
