"""Fill the tables of a page from result files, or check that they say what the files say.

Tables stand between the lines `<!-- results: NAME -->` and `<!-- end of results: NAME -->`;
NAME.json is what `ballbot eval` or `ballbot measure` wrote with --json. Tables between the lines
`<!-- faults: NAME -->` and `<!-- end of faults: NAME -->` say what the robot does about faults of a
stream. With --check nothing is written, and the exit code is 1 when the page differs.
"""

import argparse
from pathlib import Path

from ballbot_fusion.cli.output import add_json, people, write_json
from ballbot_fusion.evaluation.fault_table import with_faults
from ballbot_fusion.evaluation.markdown import filled

EXAMPLE = "ballbot report models/README.md --results docs/results"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("page", help="Markdown file")
    parser.add_argument("--results", default="docs/results", help="folder of the result files")
    parser.add_argument("--check", action="store_true", help="only compare")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Fill or check."""
    page = Path(arguments.page)
    before = page.read_text(encoding="utf-8")
    after = with_faults(filled(before, Path(arguments.results)))
    current = after == before
    if not arguments.check and not current:
        page.write_text(after, encoding="utf-8")
    write_json(arguments.json, {"page": arguments.page, "was_current": current})
    if arguments.json != "-":
        people.print(f"{page}: {'is current' if current else 'differed from the results'}")
    return int(arguments.check and not current)
