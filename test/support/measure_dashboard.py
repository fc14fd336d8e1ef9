"""Figures of the dashboard: processor time with one client, and from a fault to its visible mask.

./with-ros --extra test bash -c 'PYTHONPATH=$PYTHONPATH:test python -m support.measure_dashboard'

Launches the simulation in real time by itself, with a real Chromium as the client. Choose a
ROS_DOMAIN_ID that nobody uses, and a machine that does nothing else: Chromium draws by software.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from rcl_interfaces.msg import ParameterEvent
from support.browser import free_port, page_of

from ballbot_fusion.cli.provenance import provenance
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.evaluation.results import Row, quantile, report
from ballbot_fusion.operation import faults
from ballbot_fusion.operation.client import client, until
from ballbot_fusion.operation.diagnostics import Diagnostics
from ballbot_fusion.operation.launched import Launched
from ballbot_fusion.operation.processor import processor_s

SECONDS, REPEATS, START_S = 15.0, 12, 300.0
BRIDGE = "mujoco_bridge"
MASKED = "[data-key=rgbd_0][data-level=warn]"
TRUSTED = "[data-key=rgbd_0][data-level=good]"
WATCH = """selector => {
    window.shown = 0;
    const look = new MutationObserver(() => {
        if (!document.querySelector(selector)) return;
        look.disconnect();
        requestAnimationFrame(() => setTimeout(() => { window.shown = Date.now(); }));
    });
    look.observe(document.body, {subtree: true, attributes: true, childList: true});
}"""
"""Notes when what a selector finds has been drawn, ms since 1970."""
GOALS = {"core_share": 0.10, "fault_to_mask_s": 0.5, "real_time_factor": 0.98, "upright": 1.0}
LEAST = {"real_time_factor", "upright"}


def share(process: int, wait: Callable[[float], None]) -> float:
    """Share of one core that a process uses."""
    before, began = processor_s(process), time.monotonic()
    wait(SECONDS)
    return (processor_s(process) - before) / (time.monotonic() - began)


def _heard(begun: list[float], number: int) -> bool:
    return len(begun) >= number


def delays(page: Any, node: Any) -> list[tuple[float, float]]:
    """From a fault, and from asking for it, to the moment at which the page shows the mask, s.

    The fault is there when the bridge says that it has the order; who asks has looked for the
    bridge before, which takes another quarter of a second.
    """
    begun: list[float] = []

    def hear(event: ParameterEvent) -> None:
        if event.node == f"/{BRIDGE}" and any(e.name == "faults" for e in event.changed_parameters):
            begun.append(event.stamp.sec + event.stamp.nanosec * 1e-9)

    node.create_subscription(ParameterEvent, "/parameter_events", hear, 10)
    found = []
    for number in range(1, REPEATS + 1):
        page.wait_for_selector(TRUSTED)
        page.wait_for_timeout(500)
        page.evaluate(WATCH, MASKED)
        asked = time.time()
        faults.inject(node, BRIDGE, "camera_0 missing for 1.5")
        page.wait_for_function("window.shown > 0")
        shown = page.evaluate("window.shown") * 1e-3
        assert until(node, partial(_heard, begun, number), 5.0), "no order was heard"
        found.append((shown - begun[-1], shown - asked))
    return found


def rows(case: str, figures: Mapping[str, list[float]]) -> list[Row]:
    """Medians with their intervals, against the goals."""
    return [
        quantile(case, metric, values, goal=GOALS.get(metric), least=metric in LEAST)
        for metric, values in figures.items()
    ]


def measure() -> list[Row]:
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
            said.await_(lambda values: bool(values[BRIDGE]), 10.0)
            bridge = said.values[BRIDGE]
    after_fault, after_asked = zip(*seen, strict=True)
    figures = {
        "core_share": [watched],
        "fault_to_mask_s": list(after_fault),
        "asked_to_mask_s": list(after_asked),
        "real_time_factor": [float(bridge["real_time_factor"])],
        "upright": [float(bridge["fell"] != "True")],
    }
    return [*rows("one page open", figures), *rows("no page open", {"core_share": [alone]})]


def main() -> None:
    """Measure, show, and write the file that is asked for."""
    origin = provenance(f"python -m support.measure_dashboard {' '.join(sys.argv[1:])}".strip())
    runtime = PolicyRuntime.load(policy_path("default"), RobotConfig())
    name, found = runtime.metadata.name, measure()
    result = report(
        "dashboard", name, 0, found, policy_sha256=runtime.sha256, provenance=origin
    )  # fmt: skip
    text = json.dumps(result, indent=2) + "\n"
    print(text, end="")
    for path in sys.argv[1:]:
        Path(path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
