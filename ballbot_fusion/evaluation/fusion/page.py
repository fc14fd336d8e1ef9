"""The page of a comparison: its generated blocks, between marks; the rest is written by hand."""

from collections.abc import Sequence
from pathlib import Path

from ballbot_fusion.evaluation.fusion.compared import Comparison
from ballbot_fusion.evaluation.fusion.tables import TABLES, pictures_block
from ballbot_fusion.evaluation.markdown import between_marks

BEGIN, END = "<!-- fusion: {name} -->", "<!-- end of fusion: {name} -->"
"""Lines around a block; ``name`` is one of ``TABLES``, or ``pictures START``."""
PICTURES = "pictures "


def with_comparison(page: str, data: Comparison, pictures: Sequence[str], folder: Path) -> str:
    """Return ``page`` with all blocks made anew.

    Args:
        page: Markdown.
        data: what is compared.
        pictures: file names of the pictures.
        folder: where they are, as the page refers to it.

    Raises:
        ValueError: a mark without its end, or of a block that there is not.
    """

    def made(name: str) -> str:
        if name.startswith(PICTURES):
            return pictures_block(pictures, name.removeprefix(PICTURES), folder)
        if name not in TABLES:
            names = ", ".join([*TABLES, f"{PICTURES}START"])
            raise ValueError(f"No block {name!r} in a comparison; write one of {names}.")
        return TABLES[name](data)

    return between_marks(page, BEGIN, END, made)
