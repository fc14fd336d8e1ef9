"""The page of a campaign: its generated blocks, between marks; the rest is written by hand."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ballbot_fusion.evaluation.campaign.outcome import SUITE
from ballbot_fusion.evaluation.campaign.picture import picture_names, save_pictures
from ballbot_fusion.evaluation.campaign.tables import TABLES
from ballbot_fusion.evaluation.markdown import between_marks

BEGIN, END = "<!-- campaign: {name} -->", "<!-- end of campaign: {name} -->"
"""Lines around a block; ``name`` is one of ``TABLES``, or ``pictures``."""
PICTURES = "pictures"
SOAKS = ("soak", "soak_graph")
"""Files of results beside the campaign's, each of a soak."""


def _soaks(results: Path) -> dict[str, Any]:
    """Read those that are there."""
    files = {name: results / f"{name}.json" for name in SOAKS}
    return {n: json.loads(f.read_text(encoding="utf-8")) for n, f in files.items() if f.exists()}


def read_result(results: Path) -> dict[str, Any]:
    """Read campaign.json, and those of soaks where there are any, from a folder of results.

    Raises:
        OSError: there is no campaign.json.
    """
    found: dict[str, Any] = json.loads((results / f"{SUITE}.json").read_text(encoding="utf-8"))
    return found | _soaks(results)


def with_campaign(page: str, result: Mapping[str, Any], folder: Path) -> str:
    """Return ``page`` with all blocks made anew.

    Args:
        page: Markdown.
        result: see ``read_result``.
        folder: where the pictures are, as the page refers to it.

    Raises:
        ValueError: a mark without its end, or of a block that there is not.
    """

    def made(name: str) -> str:
        if name == PICTURES:
            names = picture_names(result)
            return "\n\n".join(f"![{Path(n).stem}]({(folder / n).as_posix()})" for n in names)
        if name not in TABLES:
            names = [*TABLES, PICTURES]
            raise ValueError(f"No block {name!r} in a campaign; write one of {', '.join(names)}.")
        return TABLES[name](result)

    return between_marks(page, BEGIN, END, made)


def fill_page(page: Path, result: Mapping[str, Any], results: Path | None = None) -> None:
    """Fill ``page`` and draw its pictures into the folder beside it that has its name.

    Args:
        page: Markdown file.
        result: of a campaign.
        results: folder that may hold results of soaks; None: no soak is shown.

    Raises:
        PlotError: matplotlib is not installed.
        OSError: a file cannot be written.
    """
    if results is not None:
        result = {**result, **_soaks(results)}
    save_pictures(result, page.parent / page.stem)
    text = page.read_text(encoding="utf-8")
    page.write_text(with_campaign(text, result, Path(page.stem)), encoding="utf-8")
