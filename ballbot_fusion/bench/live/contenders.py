"""Who stands between the sensors and the motors in a bench, and what each of them starts."""

from pathlib import Path

import onnx

from ballbot_fusion.bench.live.loads import FLOOR, GRAPH, USUAL, Contest
from ballbot_fusion.bench.live.processes import Processes
from ballbot_fusion.deployment.runtime import read_model
from ballbot_fusion.nodes.start_up import SIMULATION

RATE = "control_rate_hz"
DRIVER, CAMERAS = SIMULATION["mujoco_bridge"], SIMULATION["camera_bridge"]
THINKER, GUARD = SIMULATION["inference"], SIMULATION["safety"]
NORMAL: dict[str, int] = {}
"""Scheduling without real time."""


def at_rate(policy: Path, rate_hz: int, folder: Path) -> Path:
    """Return a copy of a policy file that asks for another control rate: its time is the same."""
    path = folder / f"{policy.stem}_{rate_hz}.onnx"
    if not path.exists():
        model, _ = read_model(policy)
        for entry in model.metadata_props:
            if entry.key == RATE:
                entry.value = str(float(rate_hz))
        onnx.save_model(model, str(path))
    return path


def start(group: Processes, contest: Contest, policy: Path) -> None:
    """Start a contender's processes; ``policy`` is of its control rate."""
    if contest.who == GRAPH:
        start_graph(group, contest, policy)
    elif contest.who == USUAL:
        queue = {"queue_size": contest.queue_size, "slop_s": contest.slop_s}
        ages = str(group.folder / "ages.json")
        settings = {"policy": str(policy), "ages": ages, **queue, **_place(contest, THINKER)}
        group.bare("usual", "usual", settings, "camera")
    else:
        shared = {"sensors": contest.who == FLOOR, "rate_hz": contest.rate_hz}
        thinker = {"part": "thinker", "policy": str(policy), **shared, **_place(contest, THINKER)}
        group.bare("thinker", "floor", thinker, "camera")
        group.bare("guard", "floor", {"part": "guard", **shared, **_place(contest, GUARD)})


def _place(contest: Contest, place: dict[str, int]) -> dict[str, int]:
    return place if contest.real_time else NORMAL


def start_graph(group: Processes, contest: Contest, policy: Path) -> None:
    """Start inference and safety as the launch files do."""
    group.node("inference", {"policy": str(policy), **_place(contest, THINKER)})
    safety = {"control_rate": float(contest.rate_hz), "auto_arm": True, "dry_run": False}
    group.node("safety", {**safety, **_place(contest, GUARD)})
    if contest.traced:
        group.bare("ages", "ages", {"ages": str(group.folder / "ages.json")}, "camera")


def ready(group: Processes, contest: Contest) -> bool:
    """Whether commands flow, from an armed robot where there is one."""
    if "first command" not in group.said("driver"):
        return False
    return contest.who != GRAPH or "ARMED: armed" in group.said("safety")
