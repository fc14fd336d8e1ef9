"""Print what a policy file says about itself: its contract and its observation table."""

import argparse

from ballbot_fusion.cli.output import add_json, people, table, write_json
from ballbot_fusion.deployment import inspection
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.deployment.runtime import PolicyRuntime

EXAMPLE = "ballbot inspect models/default.onnx"
COLUMNS = ("key", "shape", "unit", "frame", "low", "high", "scale", "stale_ms", "features")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("policy", nargs="?", default="default", help="name or .onnx file")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Load and print."""
    path = policy_path(arguments.policy)
    runtime = PolicyRuntime.load(path)
    contract, observation = inspection.contract(runtime), inspection.observation(runtime)
    write_json(arguments.json, {"contract": contract, "observation": observation})
    if arguments.json != "-":
        people.print(table(str(path), ("contract", "value"), contract.items()))
        rows = [[row[column] for column in COLUMNS] for row in observation]
        people.print(table("observation", COLUMNS, rows))
    return 0
