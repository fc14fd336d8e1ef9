"""The policy's process is killed while the robot stands; the fallback must balance it."""

import os
import signal

from ballbot_fusion.evaluation.results import Row, at_most, share
from ballbot_fusion.operation.client import client
from ballbot_fusion.operation.diagnostics import Diagnostics, Values, drives
from ballbot_fusion.operation.launched import Launched
from ballbot_fusion.operation.measures.setting import Setting

SECONDS, REPEATS = 10.0, 50
GOAL_GAP_MS = 20.0
RETURN_S = 30.0
"""How long the respawned process may take to drive again."""


def run(setting: Setting) -> list[Row]:
    """Kill inference ``repeats`` times, each time after the policy has driven again."""
    caught, returned, upright = [], [], []
    with Launched("sim.launch.py", *setting.arguments, log=setting.folder / "kills.log") as launch:
        launch.says("ARMED: armed")
        with client(name="kills") as node:
            said = Diagnostics(node)
            for _ in range(setting.repeats):
                returned.append(said.await_(drives, RETURN_S))
                os.kill(launch.process_id("inference"), signal.SIGKILL)
                caught.append(said.await_(lambda v: v["safety"]["mode"] == "FALLBACK", 3.0))
                upright.append(said.await_(_stands, 3.0))
                setting.advance()
            returned.append(said.await_(drives, RETURN_S))
            said.pass_time(1.5)
            gap_ms = float(said.values["safety"]["imu_gap_ms"])
            tilt = float(said.values["mujoco_bridge"]["max_tilt_deg"])
    case = f"{setting.repeats} kills"
    return [
        share(case, "upright", upright, 1.0),
        share(case, "caught_by_fallback", caught, 1.0),
        share(case, "policy_back", returned[1:], 1.0),
        at_most(case, "largest_imu_gap_ms", [gap_ms], GOAL_GAP_MS),
        at_most(case, "max_tilt_deg", [tilt], None),
    ]


def _stands(values: Values) -> bool:
    return values["mujoco_bridge"]["fell"] == "False"
