"""The radius of the wheels: a robot is pushed along a known way, motors off.

By core/kinematics.py the velocity of the ball is r A (wheel speeds) + R (body's rate): what wheels
measure goes with r, ``wheels.radius``, alone. The ratio to ball.radius, the wheels' zenith angle
and the gears come in the same way, so that one number makes the way right, whichever of them is
off: r. The rest of the ratio, ball.radius, is measured by the ball's circumference.

Every push from rest to rest is one measurement; there and back are two. Only the distance between
both ends counts, not how straight it was.
"""

from math import sqrt

import numpy as np

from ballbot_fusion.calibration.outcome import SIGMAS, Change, Figure, Outcome, refused, rounded
from ballbot_fusion.calibration.pushes import Push, pushes
from ballbot_fusion.calibration.recorded import Recorded
from ballbot_fusion.calibration.slip import refuse_slip
from ballbot_fusion.calibration.track import tracked
from ballbot_fusion.core.planar import clip

SHORTEST_M = 0.5
"""Less way says too little."""
MARK_M = 0.005
"""Standard deviation of the way between two marks that somebody stops at, m."""
LARGEST_CHANGE = 0.25
"""Of the radius, as a share; more is another way, or another wheel."""
NUDGE = 0.2
"""Share of the way below which a push was none."""
ALIKE = 0.03
"""Share by which pushes may differ."""
LARGEST_UNCERTAINTY = 0.02
AGAIN = (
    "Push it upright and steadily from mark to mark, the ball rolling on firm ground, motors off; "
    "stop for a second at both."
)


def wheel_radius(recorded: Recorded, distance: float) -> Outcome:
    """Find ``wheels.radius``.

    Args:
        recorded: begins at rest.
        distance: between the marks, m.

    Raises:
        CalibrationRefusedError: not pushed so far, or with slip.
    """
    if not distance >= SHORTEST_M:
        raise refused("distance", f"{distance:g} m", f"{SHORTEST_M:g} or more", AGAIN)
    found = [push for push in pushes(tracked(recorded)) if push.way > NUDGE * distance]
    if not found:
        raise refused("wheels", "no push from rest to rest", f"one of {distance:g} m", AGAIN)
    for push in found:
        scale = clip(push.scale(distance) - 1.0, LARGEST_CHANGE) + 1.0
        refuse_slip(push, scale, AGAIN)
    _refuse_unlike(found, distance)
    return _outcome(recorded.robot.wheels.radius, found, distance)


def _refuse_unlike(found: list[Push], distance: float) -> None:
    scales = [push.scale(distance) for push in found]
    for scale, push in zip(scales, found, strict=True):
        if abs(scale - 1.0) > LARGEST_CHANGE:
            raise refused(
                "wheels", f"a push of {push.way:.2f} m by the robot file", f"{distance:g} m",
                f"{AGAIN} If it was: is --distance right, is encoders.gear?",
            )  # fmt: skip
    apart = (max(scales) - min(scales)) / float(np.mean(scales))
    if apart > ALIKE:
        told = ", ".join(f"{push.way:.3f}" for push in found)
        raise refused(
            "wheels slip, or marks were missed", f"pushes of {told} m by the robot file",
            f"equal ones, {ALIKE:.0%} at most apart", AGAIN,
        )  # fmt: skip


def _outcome(old: float, found: list[Push], distance: float) -> Outcome:
    scales = [push.scale(distance) for push in found]
    scale, error = float(np.mean(scales)), _uncertainty(scales, distance)
    if error > LARGEST_UNCERTAINTY:
        raise refused(
            "wheels", f"± {error:.1%} of the radius", f"± {LARGEST_UNCERTAINTY:.0%} at most",
            "Push it further (--distance), or more often within one measurement.",
        )  # fmt: skip
    figures = (
        Figure(f"wheel radius by {len(found)} pushes", 1e3 * old * scale, 1e3 * old * error, "mm"),
        Figure("against the robot file", 100.0 * (scale - 1.0), 100.0 * error, "%"),
    )
    (new,) = rounded((old * scale,), 5)
    return Outcome(
        "wheels", figures, Change("wheels.radius", old, new),
        (f"Marks are taken to be {1e3 * MARK_M:g} mm true; ball.radius stays as it was measured.",),
    )  # fmt: skip


def _uncertainty(scales: list[float], distance: float) -> float:
    """Of the mean, as a share: that of the marks, or what the pushes differ by."""
    count = len(scales)
    marks = MARK_M / distance / sqrt(count)
    differ = float(np.std(scales, ddof=1)) / sqrt(count) if count > 1 else 0.0
    return SIGMAS * max(marks, differ)
