"""Steps a second of each drivetrain: one millisecond of physics and its sensors."""

import time

from ballbot_fusion.bench.setting import Setting
from ballbot_fusion.bench.timing import Repeats
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.drivetrains import DRIVETRAINS
from ballbot_fusion.simulation.simulation import Simulation
from ballbot_fusion.simulation.terrain import make_terrain

STEPS = 300
"""After release, until it is put back on its stand: it has not fallen by then."""
SECONDS, QUICK_SECONDS = 2.0, 0.02
IDLE = (0.0, 0.0, 0.0)


def _steps_hz(drivetrain: str, seconds: float) -> float:
    """Steps a second, those on the stand and resets left out."""
    simulation = Simulation(RobotConfig(), make_terrain("flat", 0), seed=0, drivetrain=drivetrain)
    steps, passed = 0, 0.0
    while passed < seconds:
        simulation.reset(steps // STEPS)
        simulation.release()
        begin = time.perf_counter()
        for _ in range(STEPS):
            simulation.step(IDLE)
        passed += time.perf_counter() - begin
        steps += STEPS
    return steps / passed


def measure(setting: Setting, found: Repeats) -> list[str]:
    """Add a repeat of every drivetrain; return remarks."""
    for drivetrain in DRIVETRAINS:
        rate = _steps_hz(drivetrain, setting.sized(SECONDS, QUICK_SECONDS))
        found.add(f"drivetrain {drivetrain}", {"steps_per_s": rate})
    return []
