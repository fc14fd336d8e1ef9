"""Replay a recording without ROS: are observation and action of every tick what they were?

The recorded samples go through the same synchronizer, tick and policy as in the robot. Exit code 1
when any tick is not identical, bit for bit. On another processor or onnxruntime the last bits may
differ. With --policy another policy answers, and it is told where and by how much it differs.
"""

import argparse
from platform import machine
from typing import Any

from ballbot_fusion.cli.output import add_json, people, table, write_json
from ballbot_fusion.cli.usage import at_least
from ballbot_fusion.core.resources import share
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.deployment.runtime import ENGINE, PolicyRuntime
from ballbot_fusion.evaluation.other_policy import COLUMNS, Comparison
from ballbot_fusion.evaluation.replay import Replay
from ballbot_fusion.evaluation.replay_policies import policies_of
from ballbot_fusion.recording.bag_reader import open_bag
from ballbot_fusion.recording.contract import Contract

EXAMPLE = "ballbot replay recordings/2026-11-26_12-00-00"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("recording", help="an .mcap file or the folder of a recording")
    parser.add_argument("--policy", help="name or .onnx file of another policy to answer instead")
    parser.add_argument(
        "--most", type=at_least(1), default=20, help="so many differing ticks are told one by one"
    )
    add_json(parser)


def _where(contract: Contract) -> dict[str, Any]:
    """What may round otherwise, where it is not the same as in the recording."""
    pairs = {"engine": (contract.engine, ENGINE), "machine": (contract.machine, machine())}
    return {k: f"{now}, recorded with {was}" for k, (was, now) in pairs.items() if was != now}


def run(arguments: argparse.Namespace) -> int:
    """Replay and print."""
    bag = open_bag(arguments.recording)
    find = policies_of(bag, share() / "models")
    if arguments.policy:
        other = PolicyRuntime.load(policy_path(arguments.policy))
        return _compare(arguments, Comparison(bag, find, other))
    replay = Replay(bag, find, most=arguments.most)
    outcome = replay.run()
    summary = {**outcome.summary(), **_where(replay.contract)}
    write_json(arguments.json, summary)
    if arguments.json != "-":
        told = [(k, v) for k, v in summary.items() if k not in ("differences", "remarks")]
        people.print(table("replay", ("figure", "value"), told))
        for entry in outcome.differences:
            people.print(f"tick {entry.number}: {entry.why}", markup=False)
        for remark in outcome.remarks:
            people.print(remark, markup=False)
    return int(not outcome.ticks or outcome.identical < outcome.ticks)


def _compare(arguments: argparse.Namespace, comparison: Comparison) -> int:
    """Tell where and why another policy differs; 1 when nothing could be compared."""
    summary = comparison.run(arguments.most)
    write_json(arguments.json, summary)
    if arguments.json != "-":
        told = [(k, v) for k, v in summary.items() if k != "largest"]
        people.print(table("another policy", ("figure", "value"), told))
        rows = [[row[column] for column in COLUMNS] for row in summary["largest"]]
        people.print(table("where they differ most", COLUMNS, rows))
    return int(not summary["ticks"])
