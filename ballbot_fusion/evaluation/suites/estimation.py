"""Estimation: attitude, velocity and odometry of a robot with a raw 6-axis IMU, while it drives.

The IMU gives no orientation; the robot file says that it is estimated. Episodes last `--seconds`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import acos, degrees, hypot, sqrt
from typing import Any

from ballbot_fusion.core import rotation
from ballbot_fusion.core.drift import Drift, drifted
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import Quaternion
from ballbot_fusion.core.tick import Tick
from ballbot_fusion.evaluation.results import Row, at_most, by_case, share
from ballbot_fusion.evaluation.scenario import Scenario, build
from ballbot_fusion.evaluation.script import Order
from ballbot_fusion.evaluation.suites.drives import circle, steps
from ballbot_fusion.simulation.settings import ImuErrors, SimulationSettings
from ballbot_fusion.simulation.simulation import GroundTruth

TERRAINS_BY_DEFAULT = ("flat", "rough")
"""Where it runs unless told otherwise."""
STEPS, CIRCLES, STRAIGHT = "steps", "circles", "straight"
TILT_GOAL_DEG = 0.5
"""Largest root mean square of the angle between estimated and true vertical, degrees."""
VELOCITY_GOAL = 0.06
"""Largest RMSE of the velocity, m/s."""
FIRST_S = 20.0
"""What is looked at by itself: until then, the level of an IMU that is askew is being learned."""
RAW = SimulationSettings(imu=ImuErrors(orientation=False))


def scenarios(
    policy: str, terrains: Sequence[str], seeds: Sequence[int], seconds: float
) -> list[Scenario]:
    """One scenario per terrain, case and seed."""
    found = []
    for terrain in terrains:
        for seed in seeds:
            base = Scenario(policy, terrain, seed, seconds, errors=RAW)
            found += [
                replace(base, case=STEPS, orders=steps(seed, seconds)),
                replace(base, case=CIRCLES, orders=circle(seed)),
                replace(base, case=STRAIGHT, orders=(Order(0.0, (0.5, 0.0, 0.0)),)),
            ]
    return found


def with_raw_imu(robot: RobotConfig) -> RobotConfig:
    """Return ``robot`` with its orientation estimated, whatever its file says."""
    imu = robot.imu.model_copy(update={"orientation": "estimated"})
    return robot.model_copy(update={"imu": imu})


def apart(found: Quaternion, true: Quaternion) -> float:
    """Angle between the verticals of two attitudes, as the body sees them, rad."""
    up = (0.0, 0.0, 1.0)
    a, b = (rotation.rotate(rotation.conjugate(q), up) for q in (found, true))
    return acos(min(max(sum(x * y for x, y in zip(a, b, strict=True)), -1.0), 1.0))


@dataclass
class _Watch:
    """Sums over the ticks since the stand let go."""

    period_s: float
    tilt: list[float] = field(default_factory=list)
    """Squared, rad^2."""
    velocity: list[float] = field(default_factory=list)
    """Squared, (m/s)^2."""
    drift: Drift = field(default_factory=Drift)
    begin: tuple[Tick, GroundTruth] | None = None
    last: tuple[Tick, GroundTruth] | None = None

    def add(self, tick: Tick, truth: GroundTruth) -> None:
        found, true = tick.estimate.velocity, truth.heading_velocity
        self.tilt.append(apart(tick.estimate.attitude, truth.orientation) ** 2)
        self.velocity.append((found[0] - true[0]) ** 2 + (found[1] - true[1]) ** 2)
        self.drift = drifted(self.drift, tick.estimate, self.period_s)
        self.begin = self.begin or (tick, truth)
        self.last = (tick, truth)

    def lost(self) -> float:
        """Distance between where odometry and truth say that it went, m."""
        if self.begin is None or self.last is None:
            return 0.0
        went = []
        for place, attitude in (
            (lambda t, _: t.estimate.position, lambda t, _: t.estimate.attitude),
            (lambda _, g: g.position, lambda _, g: g.orientation),
        ):
            a, b = place(*self.begin), place(*self.last)
            back = rotation.about_z(-rotation.yaw_of(attitude(*self.begin)))
            went.append(rotation.rotate(back, (b[0] - a[0], b[1] - a[1], 0.0)))
        return hypot(went[0][0] - went[1][0], went[0][1] - went[1][1])


def _rms(squares: Sequence[float]) -> float:
    return sqrt(sum(squares) / max(len(squares), 1))


def run(scenario: Scenario) -> dict[str, Any]:
    """Run one; a success stays upright to the end."""
    episode = build(replace(scenario, robot=with_raw_imu(scenario.robot)))
    plant, log = episode.loop.plant, episode.loop.log
    watch = _Watch(plant.steps * 1e-3)

    def each(tick: Tick) -> None:
        if log.released_ns is not None:
            watch.add(tick, plant.simulation.ground_truth())

    summary = episode.run(scenario.seconds, each)
    return {
        "case": scenario.case,
        "terrain": scenario.terrain,
        "seed": scenario.seed,
        "success": not summary["fell"],
        "tilt_rms_deg": degrees(_rms(watch.tilt)),
        "tilt_rms_first_deg": degrees(_rms(watch.tilt[: round(FIRST_S / watch.period_s)])),
        "vel_rmse": _rms(watch.velocity),
        "position_error": watch.lost(),
        "way": watch.drift.way,
        "position_sigmas": watch.lost() / sqrt(max(2.0 * watch.drift.along, 1e-12)),
        **summary,
    }


def rows(episodes: Sequence[dict[str, Any]]) -> list[Row]:
    """Errors and survival by terrain and case; errors are those until a fall."""
    found = []
    for terrain, case, here in by_case(episodes):
        name = f"{terrain}, {case}"
        for key, goal in (
            ("tilt_rms_deg", TILT_GOAL_DEG),
            ("vel_rmse", VELOCITY_GOAL),
            ("position_error", None),
            ("position_sigmas", None),
        ):
            found.append(at_most(name, key, [entry[key] for entry in here], goal))
        found.append(share(name, "upright", [entry["success"] for entry in here], None))
    return found
