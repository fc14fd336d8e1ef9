"""A real headless Chromium that looks at the dashboard."""

import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
START_MS = 120_000.0
"""Browser and page share two cores with a simulation."""
# No sandbox, since tests run as root in containers; WebGL by software, where there is no GPU.
OPTIONS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]


def installed() -> str | None:
    """Path of this machine's Chromium; None without one."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def free_port() -> int:
    """A TCP port of this machine that nobody has."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


@contextmanager
def page_of(port: int, **options: Any) -> Iterator[Any]:
    """Open the dashboard on ``port``, and wait until it is live; errors of its scripts fail."""
    from playwright.sync_api import sync_playwright

    errors: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=installed(), args=OPTIONS, timeout=START_MS
        )
        try:
            page = browser.new_page(**{"viewport": {"width": 1440, "height": 900}, **options})
            page.set_default_timeout(START_MS)
            page.on("console", lambda message: print(f"console: {message.text}"))
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.goto(f"http://127.0.0.1:{port}/")
            page.wait_for_selector("[data-live=link][data-level=good]")
            yield page
        finally:
            browser.close()
    assert not errors, errors
