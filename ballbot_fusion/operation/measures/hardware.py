"""robot.launch.py beside the simulated hardware, at the pace of the clock: driven for minutes.

The robot offers what drivers do and is not quite as its file says: config/hardware.
"""

from collections.abc import Sequence
from math import sqrt
from typing import Any

from rclpy.node import Node

from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.evaluation.results import Row, at_least, at_most, share
from ballbot_fusion.operation.diagnostics import Diagnostics, Values
from ballbot_fusion.operation.launched import Launched
from ballbot_fusion.operation.measures.beside_hardware import beside_hardware
from ballbot_fusion.operation.measures.setting import Setting
from ballbot_fusion.operation.steering import PERIOD_S, STILL
from ballbot_fusion.operation.teleop import Teleop
from ballbot_fusion.operation.triggers import trigger_until

SECONDS, REPEATS = 600.0, 5
LEG_S, SETTLES_S = 10.0, 4.0
"""How long each command holds, and after what time the robot must go as fast as it says, s."""
LEGS: tuple[Vector, ...] = (
    (0.3, 0.0, 0.3), STILL, (0.3, 0.0, -0.3), (0.0, 0.2, 0.0), (0.0, -0.2, 0.0),
    (-0.2, 0.0, 0.0), (0.2, 0.0, 0.0),
)  # fmt: skip
"""Commanded vx, vy [m/s], yaw rate [rad/s], in turn: it stays within a few metres."""
ARMS_S = 30.0
"""How long the gyro may take to come to rest, s."""
GOAL_FACTOR, GOAL_SPEED = 0.98, 0.06
"""Least real-time factor; largest root mean square of the speed's error, m/s."""


class _Operator:
    """Says how fast to go, all the time."""

    def __init__(self, node: Node) -> None:
        teleop = Teleop(node)
        self.velocity: Vector = STILL
        node.create_timer(PERIOD_S, lambda: teleop.send(self.velocity))


def run(setting: Setting) -> list[Row]:
    """Launch both ``repeats`` times, each with another seed; drive for ``seconds`` or to a fall."""
    for seed in range(setting.repeats):
        setting.runs.append({"seed": seed, **_driven(setting, seed)})
        setting.advance()
    case = f"driven for {setting.seconds:g} s"

    def all_of(key: str) -> list[float]:
        return [float(found[key]) for found in setting.runs]

    upright = [found["upright"] for found in setting.runs]
    return [
        share(case, "upright", upright, 1.0),
        at_least(case, "real_time_factor", all_of("real_time_factor"), GOAL_FACTOR),
        at_least(case, "policy_share", all_of("policy_share"), None),
        at_most(case, "speed_rmse", all_of("speed_rmse"), GOAL_SPEED),
        at_most(case, "max_tilt_deg", all_of("max_tilt_deg"), None),
        at_most(case, "late_ticks_share", all_of("late_ticks_share"), None),
    ]


def _driven(setting: Setting, seed: int) -> dict[str, Any]:
    with beside_hardware(setting, seed, "dry_run:=false") as (node, said, drivers, launch):
        if not _armed(node, said):
            raise RuntimeError(f"The robot was not armed. It said:\n{launch.text}")
        errors = _drive(said, _Operator(node), setting.seconds, (drivers, launch))
        return _figures(said.values, errors, setting.seconds)


def _armed(node: Node, said: Diagnostics) -> bool:
    """Ask until safety agrees: the gyro must have been at rest, and sensors trusted."""
    for _ in range(round(ARMS_S)):
        if trigger_until(node, "safety/arm", ("ARMED",))[0]:
            return True
        said.pass_time(1.0)
    return False


def _drive(
    said: Diagnostics, operator: _Operator, seconds: float, launches: Sequence[Launched]
) -> list[float]:
    """Drive legs until ``seconds`` after arming or a fall; return errors of the speed, m/s.

    Raises:
        RuntimeError: a launch has ended: nobody says any more that it is over.
    """
    errors: list[float] = []
    while not errors or not _is_over(said.values, seconds):
        for launch in launches:
            if launch.process.poll() is not None:
                raise RuntimeError(f"A launch ended meanwhile. It said:\n{launch.text}")
        operator.velocity = LEGS[len(errors) % len(LEGS)]
        said.await_(lambda v: _is_over(v, seconds), SETTLES_S)
        wanted = sqrt(sum(x * x for x in operator.velocity[:2]))
        squares = []
        for _ in range(round(LEG_S - SETTLES_S)):
            said.await_(lambda v: _is_over(v, seconds), 1.0)
            squares.append((float(said.values["mujoco_bridge"]["speed"]) - wanted) ** 2)
        errors.append(sqrt(sum(squares) / len(squares)))
    return errors


def _is_over(values: Values, seconds: float) -> bool:
    bridge = values.get("mujoco_bridge", {})
    return bridge.get("fell") == "True" or float(bridge.get("upright_s", 0.0)) >= seconds


def _figures(values: Values, errors: list[float], seconds: float) -> dict[str, Any]:
    bridge, inference, safety = (values[n] for n in ("mujoco_bridge", "inference", "safety"))
    return {
        "upright": bridge["fell"] == "False" and float(bridge["upright_s"]) >= seconds,
        "upright_s": float(bridge["upright_s"]),
        "real_time_factor": float(bridge["real_time_factor"]),
        "policy_share": float(safety["policy_share"]),
        "speed_rmse": sqrt(sum(e * e for e in errors) / len(errors)),
        "max_tilt_deg": float(bridge["max_tilt_deg"]),
        "late_ticks_share": float(inference["late_ticks"]) / float(inference["ticks"]),
    }
