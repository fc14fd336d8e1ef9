"""The one element of a page that changes: it carries frames to the browser's script."""

from nicegui.element import Element


class Feed(Element, component="static/feed.js"):  # type: ignore[call-arg]
    """Invisible; what it is given, ``static/live.js`` shows."""

    def show(self, frame: str) -> None:
        """Send a frame (JSON); of several between two sendings only the newest goes out."""
        self._props["frame"] = frame
        self.update()
