"""Figures as SVG that takes the colours of the page around it, light or dark."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

from ballbot_fusion.evaluation.plots import figure_class

INK = "#0a0b0c"
"""Colour of all text and lines of a figure, exchanged for the page's own."""
INKED = (
    "text.color", "axes.edgecolor", "axes.labelcolor", "axes.titlecolor", "xtick.color",
    "ytick.color", "legend.labelcolor", "grid.color",
)  # fmt: skip


@contextmanager
def themed() -> Iterator[None]:
    """Draw figures that ``svg_of`` writes within this.

    Raises:
        PlotError: matplotlib is not installed.
    """
    figure_class()
    from matplotlib import rc_context

    clear = dict.fromkeys(("figure.facecolor", "axes.facecolor", "legend.facecolor"), "none")
    more = {"svg.fonttype": "none", "svg.hashsalt": "ballbot", "legend.framealpha": 0.0}
    with rc_context({**dict.fromkeys(INKED, INK), **clear, **more}):
        yield


def svg_of(figure: Any) -> str:
    """Return a figure as an <svg> element for a page; the same figure gives the same text."""
    text = StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    whole = text.getvalue()
    return whole[whole.index("<svg") :].replace(INK, "currentColor")
