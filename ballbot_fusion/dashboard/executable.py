"""The executable ``dashboard``: imports come after what Ctrl-C needs, as those of the nodes."""

import sys
from importlib.util import find_spec

from ballbot_fusion.nodes.executables import run_module

MISSING = (
    "The dashboard needs NiceGUI, which is not installed here. `./with-ros` brings it by itself "
    "where dashboard:=true is on its command line, or with --extra dashboard; elsewhere: "
    "pip install 'ballbot_fusion[dashboard]'."
)


def main() -> None:
    """Serve the web page."""
    if find_spec("nicegui") is None:
        sys.exit(MISSING)
    run_module("dashboard", "ballbot_fusion.dashboard.node")
