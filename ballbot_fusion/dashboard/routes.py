"""What the page asks for beside the library's own socket: files, and the emergency stop.

The stop is a plain request: it works while the page's own connection hangs or is being made anew.
"""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

if TYPE_CHECKING:
    from ballbot_fusion.dashboard.node import Dashboard

STATIC = Path(__file__).parent / "static"
STOP = "/e_stop"


def add_routes(application: FastAPI, node: "Dashboard") -> None:
    """Add them to ``application``."""
    application.mount("/ballbot", StaticFiles(directory=STATIC))

    async def stop() -> dict[str, object]:
        node.deadman.stop()
        done, text = await asyncio.to_thread(node.stop_button.press)
        return {"done": done, "text": text}

    application.add_api_route(STOP, stop, methods=["POST"])
