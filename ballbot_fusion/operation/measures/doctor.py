"""`ballbot doctor` beside the simulated hardware, on which all is well: it must find nothing.

Each run is another launch with another seed, at the pace of the clock; the hardware's stand plays
what the doctor asks for.
"""

import json
import subprocess
from typing import Any

from ballbot_fusion.core.topic_names import EFFORTS
from ballbot_fusion.evaluation.results import Row, at_least, share
from ballbot_fusion.operation.measures.beside_hardware import beside_hardware, described
from ballbot_fusion.operation.measures.setting import Setting

SECONDS, REPEATS = 10.0, 20
"""How long it listens, as `ballbot doctor` does by default; how many launches."""
PATIENCE_S = 120.0
CASE = "a right robot, guided"


def run(setting: Setting) -> list[Row]:
    """Launch both ``repeats`` times, and have each robot examined."""
    for seed in range(setting.repeats):
        with beside_hardware(setting, seed):
            setting.runs.append({"seed": seed, **_visited(setting, seed)})
        setting.advance()
    well = [not found["failed"] for found in setting.runs]
    return [
        share(CASE, "no_false_alarm", well, 1.0),
        at_least(CASE, "checks_ok", [float(found["ok"]) for found in setting.runs], None),
    ]


def _visited(setting: Setting, seed: int) -> dict[str, Any]:
    """What the verb says of a robot: how many checks are well, and which are not."""
    robot, topics = described()
    told = setting.folder / f"doctor_{seed}.json"
    command = [
        "ballbot", "doctor", "--robot", str(robot), "--topics", str(topics),
        "--command-type", EFFORTS, "--policy", setting.policy, "--guided", "--yes",
        "--seconds", f"{setting.seconds:g}", "--json", str(told),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    if not told.exists():
        raise RuntimeError(f"The doctor said nothing. It ended with:\n{done.stderr}")
    findings = json.loads(told.read_text(encoding="utf-8"))

    def those(state: str) -> list[str]:
        return [f"{f['check']} of {f['subject']}" for f in findings if f["state"] == state]

    ok, failed, unknown = (those(state) for state in ("ok", "failed", "cannot tell"))
    return {"ok": len(ok), "failed": failed, "cannot tell": unknown}
