"""Fill the tables of a page from result files, or check that they say what the files say.

Tables stand between the lines `<!-- results: NAME -->` and `<!-- end of results: NAME -->`;
NAME.json is what `ballbot eval`, `ballbot measure` or `ballbot examine --calibration` wrote with
--json; between `<!-- cases: NAME -->` and its end it has one line per case. Tables between the
lines `<!-- faults: NAME -->` and `<!-- end of faults: NAME -->` say what the robot does about
faults of a stream; blocks between `<!-- campaign: NAME -->` and its end are those of `ballbot
campaign`, with pictures in the folder beside the page that has its name; between `<!-- bench: NAME
-->` and its end stands what `ballbot bench NAME` found (bench_NAME.json), with pictures likewise.
With --check nothing is written, and the exit code is 1 when the page differs or a picture lacks.
"""

import argparse
from pathlib import Path

from ballbot_fusion.cli.output import add_json, people, write_json
from ballbot_fusion.evaluation.case_table import with_cases
from ballbot_fusion.evaluation.fault_table import with_faults
from ballbot_fusion.evaluation.markdown import filled

BEGIN = "<!-- campaign: "
"""Begins a block of a campaign."""
BENCH = "<!-- bench: "
"""Begins a block of a bench."""
EXAMPLE = "ballbot report models/README.md --results docs/results"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("page", help="Markdown file")
    parser.add_argument("--results", default="docs/results", help="folder of the result files")
    parser.add_argument("--check", action="store_true", help="only compare")
    add_json(parser)


def _filled(text: str, page: Path, results: Path, check: bool) -> tuple[str, bool]:
    """Return the page with every table made anew, and whether no picture lacks; draw them."""
    after = with_faults(with_cases(filled(text, results), results))
    if BENCH in after:
        return _with_benches(after, page, results, check)
    if BEGIN not in after:
        return after, True
    from ballbot_fusion.evaluation.campaign.page import read_result, with_campaign
    from ballbot_fusion.evaluation.campaign.picture import picture_names, save_pictures

    result, folder = read_result(results), page.parent / page.stem
    drawn = all((folder / name).is_file() for name in picture_names(result))
    if not check:
        save_pictures(result, folder)
    return with_campaign(after, result, Path(page.stem)), drawn


def _with_benches(text: str, page: Path, results: Path, check: bool) -> tuple[str, bool]:
    from ballbot_fusion.bench.page import read_results, with_benches
    from ballbot_fusion.bench.picture import picture_names, save_pictures

    found, folder = read_results(results), page.parent / page.stem
    drawn = all((folder / n).is_file() for result in found.values() for n in picture_names(result))
    if not check:
        for result in found.values():
            save_pictures(result, folder)
    return with_benches(text, found, Path(page.stem)), drawn


def run(arguments: argparse.Namespace) -> int:
    """Fill or check."""
    page = Path(arguments.page)
    before = page.read_text(encoding="utf-8")
    after, drawn = _filled(before, page, Path(arguments.results), arguments.check)
    current = after == before and drawn
    if not arguments.check and after != before:
        page.write_text(after, encoding="utf-8")
    write_json(arguments.json, {"page": arguments.page, "was_current": current})
    if arguments.json != "-":
        people.print(f"{page}: {'is current' if current else 'differed from the results'}")
    return int(arguments.check and not current)
