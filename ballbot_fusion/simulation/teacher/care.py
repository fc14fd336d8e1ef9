"""How carefully a guide drives."""

from math import sqrt

from ballbot_fusion.core.robot import NotNegative, Positive
from ballbot_fusion.core.settings import Settings


class GuideSettings(Settings):
    """How carefully it drives."""

    stop_at: Positive = 0.38
    """Clear distance at which it stands, m."""
    one_camera_stop_at: Positive = 0.45
    """The same with one camera, m."""
    braking: Positive = 0.22
    """Deceleration that it counts on, m/s^2."""
    retreat: NotNegative = 0.1
    """Speed with which it backs off from what is nearer than that, m/s."""
    horizon: Positive = 1.6
    """Clear distances beyond this are all the same, m."""
    detour_cost: Positive = 0.25
    """Cost of leaving the commanded direction, 1/rad."""
    swerve_cost: NotNegative = 0.2
    """Cost of leaving the present direction of motion, 1/rad (of routes m/rad), at full speed."""
    turn_gain: NotNegative = 1.2
    """Yaw rate towards the chosen spoke, 1/s."""
    route_gain: NotNegative = 0.6
    """Yaw rate towards the chosen route, 1/s: small enough that the goal is not left behind."""
    foresight_s: NotNegative = 1.0
    """For so long a commanded turn is thought on, s."""
    max_yaw_rate: Positive = 1.0
    """rad/s."""
    one_camera_speed: Positive = 0.25
    """Largest speed with one camera, m/s."""
    unseen_speed: NotNegative = 0.3
    """Largest speed backward and sideways, where no camera looks, m/s."""
    one_camera_unseen_speed: NotNegative = 0.15
    """The same when one camera is left, m/s."""
    far: Positive = 1.0
    """Cameras look wherever they see level ground so far, m."""
    sidestep: Positive = 2.0
    """How much faster sideways it may get round what it brakes for than it would at full speed."""
    largest_error: Positive = 0.35
    """Largest difference asked for at once between wanted and present velocity, m/s."""


def safe_speed(clear: float, settings: GuideSettings, cameras: int = 2) -> float:
    """Speed from which it stops in time, m/s; negative where it is too near already.

    With one of the ``cameras`` it stops earlier.
    """
    left = clear - (settings.one_camera_stop_at if cameras == 1 else settings.stop_at)
    if left >= 0.0:
        return sqrt(2.0 * settings.braking * left)
    return max(left, -settings.retreat)
