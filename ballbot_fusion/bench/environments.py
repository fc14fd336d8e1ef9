"""Control steps a second of the vectorised training environment, against the cores it has."""

import os
import time

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.bench.setting import Setting
from ballbot_fusion.bench.timing import Repeats
from ballbot_fusion.core.balance import BalanceController
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.spec import Observation
from ballbot_fusion.training.env.vector import BallbotVectorEnv

PER_CORE = 4
"""Environments."""
SETTLING, QUICK_SETTLING = 400, 2
"""Steps that are not counted: worlds are built on first use."""
SECONDS, QUICK_SECONDS = 5.0, 0.05
METRIC = "control_steps_per_s"
GOALS = {("environments, 2 cores", METRIC): 2000.0}

_BALANCE = BalanceController.of(RobotConfig(), 200)
WHEELS = np.array(_BALANCE.kinematics.wheels_from_torque).T / _BALANCE.max_torque
"""(3, 3): shares of the largest torque from torque on the ball, N m."""


def balancing(observation: Observation) -> NDArray[np.float32]:
    """Actions (N, 3) of the fallback's gains, so that episodes last as they do in training."""
    lean, rate, speed = (observation[key] for key in ("orientation", "angular_vel", "vel"))
    _, lean_gain, speed_gain, rate_gain = _BALANCE.gains_x
    along_x = -(lean_gain * lean[:, 1] + speed_gain * speed[:, 0] + rate_gain * rate[:, 1])
    along_y = -(-lean_gain * lean[:, 0] + speed_gain * speed[:, 1] - rate_gain * rate[:, 0])
    torque = np.stack([-along_y, along_x, _BALANCE.settings.yaw_gain * rate[:, 2]], 1)
    return np.clip(torque @ WHEELS, -1.0, 1.0).astype(np.float32)


def _steps_hz(cores: int, seconds: float, settling: int) -> float:
    environments = BallbotVectorEnv(PER_CORE * cores, workers=cores)
    try:
        observation, _ = environments.reset(seed=0)
        for _ in range(settling):
            observation = environments.step(balancing(observation))[0]
        steps, begin = 0, time.perf_counter()
        while time.perf_counter() - begin < seconds:
            observation = environments.step(balancing(observation))[0]
            steps += environments.num_envs
        return steps / (time.perf_counter() - begin)
    finally:
        environments.close()


def measure(setting: Setting, found: Repeats) -> list[str]:
    """Add a repeat with one core, two, four and so on, up to all; return remarks."""
    cores, most = 1, 1 if setting.quick else os.cpu_count() or 1
    while cores <= most:
        rate = _steps_hz(
            cores,
            setting.sized(SECONDS, QUICK_SECONDS),
            int(setting.sized(SETTLING, QUICK_SETTLING)),
        )
        found.add(f"environments, {cores} core{'s' * (cores > 1)}", {METRIC: rate})
        cores *= 2
    return [
        f"environments: {PER_CORE} a core, default keys (both cameras), balanced by a linear "
        "controller, resets included."
    ]
