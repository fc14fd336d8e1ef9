"""Attention as pictures: who looks at whom, and where in an image."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ballbot_fusion.evaluation.fusion.samples import RecordedSamples
from ballbot_fusion.evaluation.plots import figure_class

SIDE_IN = 2.4
Figure = Any


def _matrix(name: str, attention: Mapping[str, Any]) -> Figure:
    """Who looks at whom: a line per token that asks, a column per token that is looked at."""
    keys, queries, table = (attention[part] for part in ("keys", "queries", "matrix"))
    size = (3.0 + 0.55 * len(keys), 2.6 + 0.42 * len(queries))
    figure = figure_class()(figsize=size, layout="constrained")
    axes = figure.subplots()
    shares = 100.0 * np.array(table)
    image = axes.imshow(shares, vmin=0.0, cmap="Blues", aspect="auto")
    for (line, column), value in np.ndenumerate(shares):
        colour = "white" if value > 0.6 * shares.max() else "black"
        axes.text(column, line, f"{value:.0f}", ha="center", va="center", color=colour, fontsize=8)
    axes.set_xticks(range(len(keys)), keys, rotation=40, ha="right")
    axes.set_yticks(range(len(queries)), queries)
    axes.set_xlabel("is looked at")
    axes.set_ylabel("looks")
    figure.colorbar(image, ax=axes).set_label("share of attention, %")
    axes.set_title(f"{name}: attention, mean of heads and samples", fontsize=10)
    return figure


def _cells(
    name: str, examples: Sequence[Mapping[str, Any]], samples: RecordedSamples
) -> Figure | None:
    """Where it looks in the images of some samples: the image, and the cells' share over it."""
    cameras = list(dict.fromkeys(key for example in examples for key in example["cells"]))
    if not cameras:
        return None
    size = (0.8 + SIDE_IN * len(examples), 0.9 + SIDE_IN * len(cameras))
    figure = figure_class()(figsize=size, layout="constrained")
    grid = figure.subplots(len(cameras), len(examples), squeeze=False)
    top = 100.0 * max(np.max(c) for example in examples for c in example["cells"].values())
    drawn = None
    for column, example in enumerate(examples):
        for line, key in enumerate(cameras):
            axes, image = grid[line, column], samples.values[key][example["row"]][0]
            extent = (0, image.shape[1], image.shape[0], 0)
            axes.imshow(image, cmap="gray", vmin=0.0, vmax=1.0, extent=extent)
            shares = 100.0 * np.array(example["cells"][key])
            drawn = axes.imshow(shares, cmap="magma", vmin=0.0, vmax=top, alpha=0.55, extent=extent)
            axes.set_xticks([])
            axes.set_yticks([])
            axes.set_title(f"{key}, sample {example['row']}", fontsize=8)
    figure.colorbar(drawn, ax=grid, shrink=0.8).set_label("share of attention, %")
    figure.suptitle(f"{name}: where it looks in depth images (bright grey = far)", fontsize=10)
    return figure


def attention_figures(
    name: str, attention: Mapping[str, Any], samples: RecordedSamples | None
) -> Iterator[tuple[str, Figure]]:
    """Yield the pictures of one policy with their files' names.

    Args:
        name: of the policy.
        attention: see ``Looks.pictured``.
        samples: those that were asked, for their images; None: cells are not drawn.
    """
    yield f"attention_{name}.png", _matrix(name, attention)
    if samples is not None:
        figure = _cells(name, attention["examples"], samples)
        if figure is not None:
            yield f"attention_{name}_cells.png", figure
