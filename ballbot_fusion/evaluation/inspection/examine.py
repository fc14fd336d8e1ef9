"""All that a recording tells of a policy, as plain data for tables, JSON and a page."""

from collections.abc import Callable
from typing import Any

import onnx

from ballbot_fusion.deployment.open_graph import OpenGraph
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.evaluation.inspection import drift, outages
from ballbot_fusion.evaluation.inspection.latency import latency
from ballbot_fusion.evaluation.inspection.observed import observe
from ballbot_fusion.evaluation.inspection.over_time import over_time
from ballbot_fusion.evaluation.replay import Replay
from ballbot_fusion.evaluation.replay_policies import FindPolicy
from ballbot_fusion.recording.bag_reader import Bag

ReadModel = Callable[[PolicyRuntime], onnx.ModelProto]
"""Gives the graph of a policy that was loaded."""


def examine(
    bag: Bag,
    find: FindPolicy,
    model_of: ReadModel,
    forced: PolicyRuntime | None = None,
    seed: int = 0,
    each: Callable[[], None] = lambda: None,
) -> tuple[dict[str, Any], PolicyRuntime]:
    """Replay ``bag``, and ask the policy about it; return the findings and the policy.

    Args:
        bag: the recording.
        find: gives the policy that drove.
        model_of: gives a policy's graph.
        forced: is asked instead of the policy that drove.
        seed: of the permutation.
        each: called after every tick that is replayed, and every sample that is asked about.

    Raises:
        InspectionError: no tick of it can be replayed.
        ReplayError: it has no contract.
    """
    replay = Replay(bag, find, forced=forced)
    observed, runtime = observe(replay, each)
    told, count = outages.outages(observed)
    graph = OpenGraph(model_of(runtime), runtime.spec)
    asked = over_time(graph, runtime.metadata.architecture, observed, seed, each)
    outcome, seconds = replay.outcome, float(observed.times_s[-1])
    found = {
        "recording": {
            "files": [str(path) for path in bag.files],
            "seconds": round(seconds, 3),
            "ticks": outcome.ticks,
            "replayed": len(observed),
            "identical": None if forced else outcome.identical,
            "recorded_policy": replay.contract.policy,
            "remarks": list(outcome.remarks),
        },
        "policy": {
            "name": runtime.metadata.name,
            "sha256": runtime.sha256,
            "architecture": runtime.metadata.architecture,
            "drove": runtime.sha256 == replay.contract.policy_sha256,
            "unfamiliar_ticks": observed.unfamiliar,
            "recurrent": bool(runtime.metadata.state_size),
        },
        "statistics": drift.statistics(observed, runtime.metadata.statistics),
        "masks": outages.masks(observed),
        "outages": told,
        "outages_in_all": count,
        "ages": outages.ages(observed),
        "ages_over_time": outages.ages_over_time(observed),
        "latency": latency(bag, replay.contract),
        **asked,
    }
    return {**found, "remarks": remarks(found)}, runtime


def remarks(found: dict[str, Any]) -> list[str]:
    """Say in words what whoever looks for a fault should look at first."""
    said = [f"{row['name']}: {row['note']}" for row in found["statistics"] if row["note"]]
    for row in found["masks"]:
        for reason, share in row["masked"].items():
            said.append(f"{row['key']} was masked {share:.1%} of the time: {reason}")
    if ticks := found["policy"]["unfamiliar_ticks"]:
        said.append(f"{ticks} ticks lie far outside of training: the policy said nothing there")
    for group in found["features"]:
        for kind in ("dead", "saturated"):
            if group[kind]:
                said.append(f"features of {group['group']}: {len(group[kind])} {kind}")
    record = found["recording"]
    if record["replayed"] < record["ticks"]:
        said.append(f"{record['ticks'] - record['replayed']} ticks cannot be replayed")
    if found["policy"]["recurrent"]:
        said.append("importance and attention are those of a policy that remembers nothing yet")
    return said
