"""Motors: velocity steps with motors that are not as simple as in training.

Driven by velocities in place of torques (core/velocity_loop.py), with more and more milliseconds
between the measurement of a wheel speed and the driver that hears the setpoint made of it, at the
robot file's motors.velocity_gain or, where it has none, 0.4 N m s/rad. And with more and more play
between rotors and wheels, on rollers, with lag, dead time and friction as in config/hardware.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.evaluation.results import Row, at_most, by_case
from ballbot_fusion.evaluation.scenario import Scenario
from ballbot_fusion.evaluation.suites import track
from ballbot_fusion.evaluation.suites.drives import steps
from ballbot_fusion.simulation.settings import SimulationSettings
from ballbot_fusion.simulation.velocity_driver import VelocityDriverSettings

TERRAINS_BY_DEFAULT = ("flat",)
"""Where it runs unless told otherwise."""
TORQUES = "torques"
LATENCIES_MS = (5, 40, 80, 120, 160)
BACKLASHES_DEG = (0.0, 0.1, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0)
WORN = SimulationSettings(motor_delay_s=0.002, motor_lag_s=0.003, motor_friction=0.03)
GAIN = 0.4
"""Of a robot file that has none, N m s/rad."""
GOALS = {TORQUES: 1.0, "velocities, 5 ms": 1.0, "backlash 0.3 degrees": 1.0}
"""Least share of episodes upright to the end."""


def scenarios(
    policy: str, terrains: Sequence[str], seeds: Sequence[int], seconds: float
) -> list[Scenario]:
    """One scenario per terrain, kind of motor and seed."""
    found = []
    for terrain in terrains:
        for seed in seeds:
            base = Scenario(policy, terrain, seed, seconds, orders=steps(seed, seconds))
            found.append(replace(base, case=TORQUES))
            found += [
                replace(
                    base, case=f"velocities, {late} ms",
                    velocity_driver=VelocityDriverSettings(latency_s=late * 1e-3),
                )
                for late in LATENCIES_MS
            ]  # fmt: skip
            found += [
                replace(
                    base, case=f"backlash {play:g} degrees", drivetrain="rollers",
                    errors=WORN.model_copy(update={"motor_backlash_deg": play}),
                )
                for play in BACKLASHES_DEG
            ]  # fmt: skip
    return found


def with_gain(robot: RobotConfig) -> RobotConfig:
    """Return ``robot`` with a gain of its velocity loops."""
    if robot.motors.velocity_gain is not None:
        return robot
    return robot.model_copy(
        update={"motors": robot.motors.model_copy(update={"velocity_gain": GAIN})}
    )


def run(scenario: Scenario) -> dict[str, Any]:
    """Run one; a success stays upright to the end with the policy driving all the time."""
    if scenario.velocity_driver is not None:
        scenario = replace(scenario, robot=with_gain(scenario.robot))
    return track.run(scenario)


def rows(episodes: Sequence[dict[str, Any]]) -> list[Row]:
    """Survival, tracking and tilt by terrain and kind of motor."""
    found = []
    for terrain, case, here in by_case(episodes):
        name = f"{terrain}, {case}"
        goal = GOALS.get(case) if terrain == "flat" else None
        found += track.driven(name, here, goal)
        tilts = [entry["max_tilt_deg"] for entry in here]
        found.append(at_most(name, "max_tilt_deg", tilts, None))
    return found
