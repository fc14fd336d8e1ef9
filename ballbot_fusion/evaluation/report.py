"""A folder that shows a result to people: the JSON, a page with its table, pictures."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ballbot_fusion.evaluation.markdown import BEGIN, END, filled
from ballbot_fusion.evaluation.plots import figure_class, save_plots


def check_folder(folder: Path) -> None:
    """Make ``folder``, and sure that a report can be written there, before hours of episodes.

    Raises:
        PlotError: matplotlib is not installed.
        OSError: there can be no such folder.
    """
    figure_class()
    folder.mkdir(parents=True, exist_ok=True)


def _page(suite: str, pictures: list[Path]) -> str:
    """Return the page with an empty table: `ballbot report` can fill and check it at any time."""
    marks = [BEGIN.format(name=suite), END.format(name=suite)]
    shown = [f"![{path.stem}]({path.name})" for path in pictures]
    return "\n".join([f"# {suite}", "", *marks, "", *shown, ""])


def write_report(result: Mapping[str, Any], folder: Path) -> Path:
    """Write SUITE.json, SUITE.md and the pictures into ``folder``; return the page's path.

    Raises:
        PlotError: matplotlib is not installed.
        OSError: a file cannot be written.
    """
    check_folder(folder)
    suite = result["suite"]
    text = json.dumps(result, indent=2) + "\n"
    (folder / f"{suite}.json").write_text(text, encoding="utf-8")
    page = folder / f"{suite}.md"
    page.write_text(filled(_page(suite, save_plots(result, folder)), folder), encoding="utf-8")
    return page
