"""Show the topics of the live graph: types, publishers, rates and the age of the newest message.

In a terminal it is a live table until Ctrl-C. With --seconds, with --json, or when the output is no
terminal, it listens once and ends. Age is counted from a message's stamp, else from its sending.
With --namespace only topics of that robot are shown.
"""

import argparse
from collections.abc import Iterable
from typing import Any

from rich.live import Live
from rich.table import Table

from ballbot_fusion.cli.live import add_live, in_namespace, join
from ballbot_fusion.cli.output import people, table, write_json
from ballbot_fusion.cli.usage import positive

EXAMPLE = "ballbot topics --seconds 3 --json -"
COLUMNS = ("topic", "type", "publishers", "messages", "rate_hz", "age_ms")
ONCE_S = 2.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--seconds", type=positive, help=f"listen so long, once; else {ONCE_S:g}")
    add_live(parser)


def _table(rows: Iterable[dict[str, Any]]) -> Table:
    return table("topics", COLUMNS, ([row[column] for column in COLUMNS] for row in rows))


def run(arguments: argparse.Namespace) -> int:
    """Listen and print."""
    from ballbot_fusion.operation.topics import Watch

    watch = Watch(join(arguments), in_namespace(arguments, ""))
    if people.is_terminal and arguments.seconds is None and arguments.json is None:
        return _live(watch)
    watch.listen(arguments.seconds or ONCE_S)
    rows = watch.rows()
    write_json(arguments.json, rows)
    if arguments.json != "-":
        people.print(_table(rows))
    return 0


def _live(watch: Any) -> int:
    """Show it until Ctrl-C, which is the normal end."""
    try:
        with Live(console=people, auto_refresh=False) as screen:
            while True:
                watch.listen(1.0)
                screen.update(_table(watch.rows()), refresh=True)
    except KeyboardInterrupt:
        return 0
