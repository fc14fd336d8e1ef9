"""Say what is in a recording (info), or whether all of it is there and whole (check).

A recording is an .mcap file, or the folder of one. Files that a crash or a full disk cut off are
read as far as they go. check ends with exit code 1 when anything was lost, is missing or damaged.
"""

import argparse
from typing import Any

from ballbot_fusion.cli.output import add_json, people, table, write_json
from ballbot_fusion.recording.bag_reader import open_bag
from ballbot_fusion.recording.bag_summary import problems_of, summary_of

EXAMPLE = "ballbot bag info recordings/2026-11-26_12-00-00"
COLUMNS = ("topic", "type", "messages", "rate_hz", "bytes")
SHOWN = ("files", "bytes", "duration_s", "messages", "policy", "header", "attachments")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("action", choices=["info", "check"], help="what to say of it")
    parser.add_argument("recording", help="an .mcap file or the folder of a recording")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Read it and print."""
    summary = summary_of(open_bag(arguments.recording))
    problems = problems_of(summary)
    write_json(arguments.json, {**summary, "problems": problems})
    if arguments.json != "-":
        _show(summary, problems, topics=arguments.action == "info")
    return int(arguments.action == "check" and bool(problems))


def _show(summary: dict[str, Any], problems: list[str], *, topics: bool) -> None:
    if topics:
        rows = [(name, summary[name]) for name in SHOWN]
        people.print(table("recording", ("what", "value"), rows))
        cells = [[row[column] for column in COLUMNS] for row in summary["topics"]]
        people.print(table("topics", COLUMNS, cells))
    for problem in problems:
        people.print(problem, markup=False)
    if not problems:
        people.print(f"whole: {summary['messages']} messages, nothing lost, nothing damaged")
