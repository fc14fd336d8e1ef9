"""Building blocks of the page."""

from collections.abc import Iterator
from contextlib import contextmanager

from nicegui import ui
from nicegui.element import Element


def live(name: str, text: str = "", tag: str = "span") -> Element:
    """Make an element whose text live.js keeps, under ``name``."""
    with ui.element(tag).props(f"data-live={name}") as element:
        if text:
            element.props(f'innerHTML="{text}"')
    return element


@contextmanager
def card(title: str, name: str, note: str = "", stale: str = "") -> Iterator[Element]:
    """Make a card; give its head, for what belongs beside the title.

    Args:
        title: for people.
        name: its place in the grid, ``bb-area-NAME``.
        note: said in small beside the title.
        stale: key of the part of a frame that it shows; shown as stale with it.
    """
    with ui.element("section").classes(f"bb-card bb-area-{name}") as whole:
        if stale:
            whole.props(f"data-stale={stale}")
        with ui.element("div").classes("bb-head") as head:
            ui.element("h2").props(f'innerHTML="{title}"')
            if note:
                ui.label(note).classes("bb-small")
        yield head
