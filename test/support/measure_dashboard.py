"""Figures of the dashboard: processor time with one client, and from a fault to its visible mask.

./with-ros --extra test bash -c 'PYTHONPATH=$PYTHONPATH:test python -m support.measure_dashboard'

Launches the simulation in real time by itself, with a real Chromium as the client. Choose a
ROS_DOMAIN_ID that nobody uses, and a machine that does nothing else: Chromium draws by software.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from support.browser import free_port, page_of

from ballbot_fusion.operation import faults
from ballbot_fusion.operation.client import client
from ballbot_fusion.operation.diagnostics import Diagnostics
from ballbot_fusion.operation.launched import Launched
from ballbot_fusion.operation.processor import processor_s

SECONDS, REPEATS, START_S = 15.0, 12, 300.0
MASKED = "[data-key=rgbd_0][data-level=warn]"
TRUSTED = "[data-key=rgbd_0][data-level=good]"
GOALS = {"cpu_share": 0.10, "fault_to_mask_s": 0.5}


def share(process: int, wait: Callable[[float], None]) -> float:
    """Share of one core that a process uses."""
    before, began = processor_s(process), time.monotonic()
    wait(SECONDS)
    return (processor_s(process) - before) / (time.monotonic() - began)


def delays(page: Any, node: Any) -> list[float]:
    """From asking for a fault to the moment at which the page shows the mask, s."""
    found = []
    for _ in range(REPEATS):
        page.wait_for_selector(TRUSTED)
        page.wait_for_timeout(500)
        began = time.monotonic()
        faults.inject(node, "mujoco_bridge", "camera_0 missing for 1.5")
        page.wait_for_selector(MASKED)
        found.append(time.monotonic() - began)
    return found


def measure() -> dict[str, Any]:
    """Run it all."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder, client(name="measure") as node:
        arguments = ("dashboard:=true", f"dashboard_port:={port}")
        with Launched("sim.launch.py", *arguments, log=Path(folder) / "log") as launch:
            launch.says(f"dashboard: http://127.0.0.1:{port}", START_S)
            process, said = launch.process_id("dashboard"), Diagnostics(node)
            alone = share(process, said.pass_time)
            with page_of(port) as page:
                page.wait_for_timeout(3000)
                watched = share(process, lambda seconds: page.wait_for_timeout(seconds * 1e3))
                seen = delays(page, node)
            said.await_(lambda values: bool(values["mujoco_bridge"]), 10.0)
            bridge = said.values["mujoco_bridge"]
    return {
        "cpu_share": round(watched, 4),
        "cpu_share_without_client": round(alone, 4),
        "fault_to_mask_s": {
            "n": len(seen), "median": round(median(seen), 3), "largest": round(max(seen), 3),
        },
        "goals": GOALS,
        "fell": bridge["fell"] == "True",
        "real_time_factor": float(bridge["real_time_factor"]),
        "load_average": os.getloadavg()[0],
        "cores": os.cpu_count(),
    }  # fmt: skip


if __name__ == "__main__":
    result = json.dumps(measure(), indent=2) + "\n"
    print(result, end="")
    for path in sys.argv[1:]:
        Path(path).write_text(result, encoding="utf-8")
