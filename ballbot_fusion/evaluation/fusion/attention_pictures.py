"""Attention as pictures: who looks at whom, and where in an image."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.evaluation.fusion.samples import RecordedSamples
from ballbot_fusion.evaluation.plots import figure_class

SIDE_IN = 2.4
"""Side of an image, inches."""
LABEL = {"boxstyle": "round,pad=0.15", "color": "white", "alpha": 0.7}
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


def _draw(axes: Any, image: NDArray, shares: NDArray, top: float) -> None:
    """Draw a depth image (H, W) and over it the cells' shares, %: red, the fuller the larger."""
    rows, columns = image.shape
    extent = (0, columns, rows, 0)
    axes.imshow(image, cmap="gray", vmin=0.0, vmax=1.0, extent=extent)
    red = np.zeros((*shares.shape, 4))
    red[..., 0], red[..., 3] = 1.0, 0.6 * shares / top
    axes.imshow(red, extent=extent)
    high, wide = rows / shares.shape[0], columns / shares.shape[1]
    for (line, column), share in np.ndenumerate(shares):
        place = ((column + 0.5) * wide, (line + 0.5) * high)
        axes.text(*place, f"{share:.1f}", ha="center", va="center", fontsize=7, bbox=LABEL)
    axes.set_xticks([])
    axes.set_yticks([])


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
    for column, example in enumerate(examples):
        for line, key in enumerate(cameras):
            image, shares = samples.values[key][example["row"]][0], example["cells"][key]
            _draw(grid[line, column], image, 100.0 * np.array(shares), top)
            grid[line, column].set_title(f"{key}, sample {example['row']}", fontsize=8)
    figure.suptitle(f"{name}: where it looks in depth images (%; bright = far)", fontsize=10)
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
