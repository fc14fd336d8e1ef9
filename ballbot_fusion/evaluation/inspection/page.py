"""The page of an inspection: one HTML file that needs nothing else, light or dark."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ballbot_fusion.evaluation.inspection.pictures import figures
from ballbot_fusion.evaluation.svg import svg_of, themed

TEMPLATE = "page.html"


def _shown(value: Any) -> str:
    """Write a value for people."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_shown(entry)}" for key, entry in value.items()) or "–"
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown, value)) or "–"
    return str(value)


def page_of(
    contract: Mapping[str, Any],
    observation: list[dict[str, Any]],
    found: Mapping[str, Any] | None = None,
) -> str:
    """Return the page of a policy, and of what ``examine`` found of it in a recording.

    Raises:
        PlotError: matplotlib is not installed.
    """
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["shown"] = _shown
    pictures: dict[str, str] = {}
    if found is not None:
        with themed():
            pictures = {name: svg_of(figure) for name, figure in figures(found)}
    return environment.get_template(TEMPLATE).render(
        contract=contract, observation=observation, found=found, pictures=pictures
    )
