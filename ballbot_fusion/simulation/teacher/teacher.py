"""The teacher: a guide on what can be seen, and the LQR on the simulation's true state."""

from math import nan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.balance import BalanceController
from ballbot_fusion.core.estimator import Estimate
from ballbot_fusion.core.level import Level, Pair
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.settings import Settings
from ballbot_fusion.simulation.simulation import GroundTruth
from ballbot_fusion.simulation.teacher.care import GuideSettings
from ballbot_fusion.simulation.teacher.clearance import (
    ClearanceSettings,
    bad_ground,
    clear_ways,
    clearance,
    merged,
)
from ballbot_fusion.simulation.teacher.fan import Fan, FanSettings
from ballbot_fusion.simulation.teacher.guide import Guide
from ballbot_fusion.simulation.teacher.routes import Routes, RouteSettings
from ballbot_fusion.simulation.teacher.seen import Seen
from ballbot_fusion.simulation.teacher.sight import Sight
from ballbot_fusion.simulation.terrain import Terrain

CAMERAS: tuple[tuple[int, ...], ...] = ((), (0,), (1,), (0, 1))
"""Sets of cameras that may be alive; the index has bit N set for camera N."""


class TeacherSettings(Settings):
    """What the teacher sees, what it calls clear, how carefully it drives."""

    fan: FanSettings = FanSettings()
    clearance: ClearanceSettings = ClearanceSettings()
    route: RouteSettings = RouteSettings()
    guide: GuideSettings = GuideSettings()


class Lesson(NamedTuple):
    """What to do, by set of cameras alive (see CAMERAS)."""

    actions: NDArray[np.float32]
    """(4, 3) wheel torques, share of the largest."""
    velocities: NDArray[np.float32]
    """(4, 3) vx, vy [m/s], yaw rate [rad/s] that they drive in the end."""


class Teacher:
    """Labels for any state of a simulation."""

    def __init__(
        self,
        robot: RobotConfig,
        rate_hz: int,
        terrain: Terrain,
        settings: TeacherSettings | None = None,
    ) -> None:
        """Solve for the gains of ``robot`` at ``rate_hz``; look at ``terrain``."""
        settings = settings or TeacherSettings()
        self._controller = BalanceController.of(robot, rate_hz)
        self._max_torque = robot.wheels.max_torque
        self._fan = Fan.of(settings.fan)
        self._sight = Sight(robot, terrain, self._fan)
        self._in_view = self._sight.in_view()
        self._routes = Routes(self._fan, settings.clearance.assumed, settings.route)
        self._rules = settings.clearance
        self._guide = Guide(self._fan, settings.guide, self._sight_of_both(settings.guide))
        nothing = np.zeros(len(self._fan.azimuths))
        self._seen = {alive: Seen(0, nothing, nothing) for alive in CAMERAS}

    def _sight_of_both(self, care: GuideSettings) -> float:
        """Azimuth up to which both cameras see level ground far enough to drive on it, rad."""
        level = np.where(self._in_view, 0.0, nan)
        far = clearance(level, self._fan, self._rules) >= care.far
        return float(np.abs(self._fan.azimuths[far]).max())

    def look(self, truth: GroundTruth) -> None:
        """See the ground as the cameras do now; until the next look, all labels go by this."""
        views = [self._sight.look(truth, camera) for camera in (0, 1)]
        for camera, heights in enumerate(views):
            bad = bad_ground(heights, self._fan, self._rules, cameras=1)
            clear = clear_ways(bad, self._fan, self._rules.one_camera_half_width)
            self._seen[camera,] = Seen(1, clear, clear)
        heights = merged(views, self._fan)
        bad = bad_ground(heights, self._fan, self._rules)
        unseen = np.isnan(heights) & ~self._in_view
        self._routes.look(bad & ~unseen, unseen)
        self._seen[0, 1] = Seen(2, self._clear(bad), self._clear(bad & ~unseen), self._routes)

    def _clear(self, bad: NDArray[np.bool_]) -> NDArray[np.float64]:
        return clear_ways(bad, self._fan, self._rules.half_width)

    def velocity(self, truth: GroundTruth, command: Vector, alive: tuple[int, ...]) -> Vector:
        """vx, vy [m/s] and yaw rate [rad/s] to drive with the cameras ``alive``, one of CAMERAS."""
        return self._guide.velocity(command, truth.heading_velocity, self._seen[alive])

    def action(self, truth: GroundTruth, velocity: Vector, slope: Pair) -> Vector:
        """Return the action (3,) in [-1, 1] that drives ``velocity``, or changes towards it.

        ``slope`` is the robot's own estimate, as a student has it.
        """
        estimate = Estimate(
            attitude=truth.orientation,
            rate=truth.angular_velocity,
            velocity=truth.heading_velocity,
            wheel_speeds=(nan, nan, nan),
            level=Level(slope=slope),
        )
        asked = self._guide.at_once(velocity, truth.heading_velocity)
        a, b, c = self._controller.wheel_torques(estimate, asked)
        return (a / self._max_torque, b / self._max_torque, c / self._max_torque)

    def lesson(self, truth: GroundTruth, command: Vector, slope: Pair) -> Lesson:
        """Label the present state for every set of cameras; arguments as for ``action``."""
        velocities = [self.velocity(truth, command, alive) for alive in CAMERAS]
        actions = [self.action(truth, velocity, slope) for velocity in velocities]
        return Lesson(np.array(actions, np.float32), np.array(velocities, np.float32))
