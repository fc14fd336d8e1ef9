"""The web server, in a thread of the node's process."""

import errno
import socket
import threading
from typing import TYPE_CHECKING

import uvicorn
from fastapi import FastAPI
from nicegui import ui

from ballbot_fusion.dashboard.access import Access
from ballbot_fusion.dashboard.page import Page
from ballbot_fusion.dashboard.routes import add_routes

if TYPE_CHECKING:
    from ballbot_fusion.dashboard.node import Dashboard

END_S = 0.5
RECONNECT_S = 20.0
"""How long a page that was sent may take to connect, or to come back, s."""


def taken_socket(host: str, port: int) -> socket.socket:
    """Bind the address.

    Raises:
        ValueError: somebody else listens there, or it is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen(16)
    except OSError as error:
        bound.close()
        busy = error.errno == errno.EADDRINUSE
        why = "another program listens there" if busy else str(error)
        raise ValueError(
            f"The dashboard cannot listen on {host} port {port}: {why}. Choose another one "
            "(launch: dashboard_port:=8081; parameter port), or end that program. The robot runs "
            "on without a dashboard."
        ) from None
    return bound


class Server:
    """Serves the page of one node."""

    def __init__(self, host: str, port: int, token: str) -> None:
        """Take the port; raises ValueError when it cannot be had."""
        self._socket = taken_socket(host, port)
        self._host, self._token = host, token
        shown = f"[{host}]" if ":" in host else host
        self.address = f"http://{shown}:{port}" + ("/?token=..." if token else "")
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def start(self, node: "Dashboard") -> None:
        """Serve from now on; again, it goes on."""
        if self._thread is not None:
            return
        application = FastAPI(title="ballbot", docs_url=None, redoc_url=None, openapi_url=None)
        add_routes(application, node)
        ui.run_with(
            application, root=lambda: Page(node).build(), title="ballbot", dark=None, favicon="🤖",
            show_welcome_message=False, tailwind=False,
            binding_refresh_interval=None, reconnect_timeout=RECONNECT_S,
        )  # fmt: skip
        config = uvicorn.Config(
            Access(application, self._host, self._token), log_level="warning", access_log=False,
            timeout_graceful_shutdown=1,
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), name="web", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Close the port; open pages show that nothing comes any more."""
        if self._server is None or self._thread is None:
            self._socket.close()
            return
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(END_S)
