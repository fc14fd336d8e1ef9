"""Runs of a given length, and the summary that each leaves."""

import json
from typing import Any

from ballbot_fusion.operation.launched import START_S, Launched
from ballbot_fusion.operation.measures.setting import Setting


def launched_summary(setting: Setting, name: str, seconds: float, *arguments: str) -> Any:
    """Launch the simulation for ``seconds`` from arming; return its summary.

    Raises:
        RuntimeError: it failed; the text has what it said.
    """
    path = setting.folder / f"{name}.json"
    path.unlink(missing_ok=True)  # a kept folder may hold that of an earlier run
    given = (*setting.arguments, f"duration:={seconds:g}", f"summary:={path}", *arguments)
    with Launched("sim.launch.py", *given, log=setting.folder / f"{name}.log") as launch:
        if launch.wait(20.0 * seconds + START_S) != 0 or not path.exists():
            raise RuntimeError(f"The launch failed. It said:\n{launch.text}")
    return json.loads(path.read_text(encoding="utf-8"))
