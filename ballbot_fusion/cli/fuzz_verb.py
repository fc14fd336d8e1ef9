"""Feed every topic of every node with nonsense, drawn by hypothesis from the message definitions.

The real nodes run in this process, without DDS and in a time of their own, so that each run of a
seed is the same. Exit code 1 when an exception left a callback, a torque was not finite or beyond
its limit, a message was lost without a count, memory grew, or good messages were not trusted again.
"""

import argparse
from typing import Any

from ballbot_fusion.cli.output import add_json, people, progress, table, write_json
from ballbot_fusion.cli.provenance import provenance
from ballbot_fusion.cli.usage import at_least
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.evaluation.results import COLUMNS, Row, report

EXAMPLE = "ballbot fuzz --messages 100000 --json fuzz.json"
SHOWN = 5
"""Failures that are printed in full."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--messages", type=at_least(1), default=10_000, help="default %(default)s")
    parser.add_argument("--policy", default="default", help="name or .onnx file")
    parser.add_argument("--seed", type=at_least(0), default=0, help="another one, other messages")
    add_json(parser)


def _rows(found: Any, least: int, growth: float) -> list[Row]:
    def row(metric: str, value: float, goal: float | None, met: bool | None) -> Row:
        return Row("all nodes", metric, found.messages.total(), value, value, value, goal, met)

    total, grown = found.messages.total(), found.growth_mib
    spoilt = min(found.fields.values(), default=0)
    return [
        row("messages", total, least, total >= least),
        row("failures", found.failed, 0, found.failed == 0),
        row("drawn_by_hypothesis", found.drawn, None, None),
        row("refused_by_the_tick", found.refused, None, None),
        row("refused_by_an_intake", found.unread, None, None),
        row("damaged_and_left_out", found.dropped, None, None),
        row("trusted_after_a_restart_only", found.restarts, None, None),
        row("least_often_spoilt_field", spoilt, 1, spoilt >= 1),
        row("memory_growth_mib", round(grown, 2), growth, grown <= growth),
    ]


def _relative(topics: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """Topics by bench, their names without the leading slash."""
    return {
        bench: {topic.lstrip("/"): kind for topic, kind in kinds.items()}
        for bench, kinds in topics.items()
    }


def run(arguments: argparse.Namespace) -> int:
    """Fuzz; exit code 1 when something does not hold."""
    # hypothesis is a testing tool: only who fuzzes needs it.
    from ballbot_fusion.fuzzing.run import GROWTH_MIB, fuzz

    runtime = PolicyRuntime.load(policy_path(arguments.policy))
    with progress("messages") as bar:
        task = bar.add_task("fuzz", total=arguments.messages, note="")
        found = fuzz(
            arguments.messages, policy=arguments.policy, first_seed=arguments.seed,
            advance=lambda count: bar.advance(task, count),
        )  # fmt: skip
    rows = _rows(found, arguments.messages, GROWTH_MIB)
    fields = {f"{kind}.{path}": count for (kind, path), count in sorted(found.fields.items())}
    result = report(
        "fuzz", runtime.metadata.name, arguments.seed, rows, policy_sha256=runtime.sha256,
        topics=_relative(found.topics), messages=dict(found.messages), fields=fields,
        reasons=dict(found.reasons.most_common()), memory_mib=found.memory_mib,
        parts=found.parts, interrupted=found.interrupted, failures=found.failures,
        provenance=provenance(arguments.command),
    )  # fmt: skip
    write_json(arguments.json, result)
    for failure in found.failures[:SHOWN]:
        people.print(failure, markup=False)
    if arguments.json != "-":
        cells = ([getattr(row, column) for column in COLUMNS] for row in rows)
        people.print(table(f"fuzz: {arguments.policy}", COLUMNS, cells))
    return int(any(row.met is False for row in rows))
