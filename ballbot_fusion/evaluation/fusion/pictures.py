"""All pictures of a comparison: one message each, a line per policy, however many there are."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ballbot_fusion.evaluation.fusion.attention_pictures import attention_figures
from ballbot_fusion.evaluation.fusion.compared import Comparison
from ballbot_fusion.evaluation.fusion.cost_picture import cost_figure
from ballbot_fusion.evaluation.fusion.failing import GROUNDS
from ballbot_fusion.evaluation.fusion.samples import RecordedSamples
from ballbot_fusion.evaluation.fusion.sensors_picture import sensors_figure
from ballbot_fusion.evaluation.fusion.uses_picture import uses_figure

DPI = 110
Figure = Any


def figures(data: Comparison, samples: RecordedSamples | None) -> Iterator[tuple[str, Figure]]:
    """Yield every picture with its file's name."""
    yield "cost.png", cost_figure(data)
    for terrain in GROUNDS:
        figure = sensors_figure(data, terrain)
        if figure is not None:
            yield f"sensors_{terrain}.png", figure
    for facts in data.asked:
        uses = data.of(facts).uses or {}
        yield f"uses_{facts.name}.png", uses_figure(facts.name, uses)
        if uses["attention"] is not None:
            yield from attention_figures(facts.name, uses["attention"], samples)


def picture_names(data: Comparison, samples: RecordedSamples | None) -> list[str]:
    """Return the names of all pictures, without drawing them to the disk.

    Raises:
        PlotError: matplotlib is not installed.
    """
    return [name for name, _ in figures(data, samples)]


def save_pictures(data: Comparison, samples: RecordedSamples | None, folder: Path) -> list[str]:
    """Write all pictures into ``folder``; return their names.

    Raises:
        PlotError: matplotlib is not installed.
        OSError: a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = []
    for name, figure in figures(data, samples):
        figure.savefig(folder / name, dpi=DPI, metadata={"Software": None})
        names.append(name)
    return names
