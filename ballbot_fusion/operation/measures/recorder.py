"""Recording at full native rates: what it takes of a core, and whether anything is lost.

Two 640x480 depth images at 30 Hz from a ring rendered at the start, IMU 1000 Hz, joints 500 Hz, in
real time, with the whole graph beside it.
"""

import shutil
import time
from pathlib import Path
from typing import Any

from ballbot_fusion.evaluation.results import Row, at_least, at_most
from ballbot_fusion.operation.client import client
from ballbot_fusion.operation.diagnostics import Diagnostics
from ballbot_fusion.operation.launched import Launched
from ballbot_fusion.operation.measures.images import RING, SIZE
from ballbot_fusion.operation.measures.setting import Setting
from ballbot_fusion.operation.processor import processor_s
from ballbot_fusion.recording.bag_reader import open_bag
from ballbot_fusion.recording.bag_summary import summary_of

SECONDS, REPEATS = 30.0, 1
SETTLING_S = 5.0
"""Before it is measured, s: the ring is rendered, caches are filled."""
GOAL_CORE, GOAL_LOST = 0.25, 0.0
RATES_HZ = {
    "/imu/data": 990.0, "/joint_states": 495.0,
    "/camera_0/depth/image_rect_raw": 29.5, "/camera_1/depth/image_rect_raw": 29.5,
}  # fmt: skip
"""Least rates in the recording: at less, this is no measure of full rates."""


def run(setting: Setting) -> list[Row]:
    """Record; return share of a core, losses and rates."""
    found = []
    for number in range(setting.repeats):
        found.append(_measured(setting, f"recorder_{number}"))
        setting.advance()
    case = f"{SIZE}, {setting.seconds:g} s"
    return [
        at_most(case, "lost_messages", [entry["lost"] for entry in found], GOAL_LOST),
        at_most(case, "core_share", [entry["core_share"] for entry in found], GOAL_CORE),
        at_least(case, "mb_per_s", [entry["mb_per_s"] for entry in found], None),
        *(
            at_least(case, f"{topic.strip('/')}_hz", [e["rates_hz"][topic] for e in found], goal)
            for topic, goal in RATES_HZ.items()
        ),
        at_least(case, "real_time_factor", [e["real_time_factor"] for e in found], None),
    ]


def _measured(setting: Setting, name: str) -> dict[str, Any]:
    place = setting.folder / f"{name}_recordings"
    shutil.rmtree(place, ignore_errors=True)  # of an earlier run in a kept folder
    given = (
        *setting.arguments, f"depth_size:={SIZE}", f"pre_rendered:={RING}", f"record:={place}"
    )  # fmt: skip
    try:
        with Launched("sim.launch.py", *given, log=setting.folder / f"{name}.log") as launch:
            launch.says("ARMED: armed")
            used = _used(launch, setting.seconds)
        return {**used, **_recorded(place)}
    finally:
        shutil.rmtree(place, ignore_errors=True)  # gigabytes


def _used(launch: Launched, seconds: float) -> dict[str, float]:
    """Share of one core that the recorder takes, and whether the simulation kept up."""
    with client(name="recorder_cost") as node:
        said = Diagnostics(node)
        said.pass_time(SETTLING_S)
        process = launch.process_id("recorder")
        before, began_s = processor_s(process), time.monotonic()
        said.pass_time(seconds)
        share = (processor_s(process) - before) / (time.monotonic() - began_s)
        return {
            "core_share": share,
            "real_time_factor": float(said.values["mujoco_bridge"]["real_time_factor"]),
        }


def _recorded(place: Path) -> dict[str, Any]:
    """What was lost, and at which rates the rest came, over the whole recording."""
    (folder,) = place.iterdir()
    summary = summary_of(open_bag(folder))
    # What the recorder counts and what numbers tell overlap: the larger one of each topic.
    lost, missing = summary["lost"], summary["missing"]
    total = sum(max(lost.get(topic, 0), missing.get(topic, 0)) for topic in {*lost, *missing})
    rates = {row["topic"]: row["rate_hz"] or 0.0 for row in summary["topics"]}
    return {
        "lost": float(total),
        "mb_per_s": summary["bytes"] / summary["duration_s"] * 1e-6,
        "rates_hz": {topic: rates.get(topic, 0.0) for topic in RATES_HZ},
    }
