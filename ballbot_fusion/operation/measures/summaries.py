"""Runs of a given length, and the summary that each leaves."""

import json
from collections.abc import Callable
from typing import Any

from ballbot_fusion.operation.launched import START_S, Launched
from ballbot_fusion.operation.measures.setting import Setting

Meanwhile = Callable[[Launched], None]
"""What is done while a launch runs; it may return before the launch has ended."""


def launched_summary(
    setting: Setting, name: str, seconds: float, *arguments: str,
    meanwhile: Meanwhile = lambda _: None,
) -> Any:  # fmt: skip
    """Launch the simulation for ``seconds`` from arming; return its summary.

    Args:
        setting: policy, and folder for what it says.
        name: of its files.
        seconds: of simulated time.
        arguments: ``name:=value`` each, of sim.launch.py.
        meanwhile: is done while it runs.

    Raises:
        RuntimeError: it failed; the text has what it said.
    """
    path = setting.folder / f"{name}.json"
    path.unlink(missing_ok=True)  # a kept folder may hold that of an earlier run
    given = (*setting.arguments, f"duration:={seconds:g}", f"summary:={path}", *arguments)
    with Launched("sim.launch.py", *given, log=setting.folder / f"{name}.log") as launch:
        meanwhile(launch)
        if launch.wait(20.0 * seconds + START_S) != 0 or not path.exists():
            raise RuntimeError(f"The launch failed. It said:\n{launch.text}")
    return json.loads(path.read_text(encoding="utf-8"))
