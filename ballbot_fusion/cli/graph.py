"""The live graph as one verb sees it: joined when it is needed, left when everything is said."""

import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

from ballbot_fusion.nodes.exit_codes import FAILED

if TYPE_CHECKING:
    from rclpy.node import Node


class Graph:
    """Joined at most once.

    It is left last because the middleware may keep whoever leaves (nodes/leaving.py): the process
    then ends all the same, with the exit code that it would have had, and nothing unsaid.
    """

    def __init__(self) -> None:
        """Join nothing yet."""
        self._membership = ExitStack()
        self._node: Node | None = None
        self._code = FAILED

    def join(self, network: str, name: str) -> "Node":
        """Return the verb's node; see ``operation.client``."""
        if self._node is None:
            from ballbot_fusion.operation.client import client

            visit = client(network, name, stuck=lambda: self._code)
            self._node = self._membership.enter_context(visit)
        return self._node

    def leave(self, code: int) -> None:
        """Leave, or end the process with ``code``; returns at once when nothing was joined."""
        self._code = code
        if self._node is not None:
            sys.stdout.flush()
            sys.stderr.flush()
        self._membership.close()
