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
from ballbot_fusion.calibration.recorded import Floats, Recorded
from ballbot_fusion.calibration.track import Track, tracked

SHORTEST_M = 0.5
"""Less way says too little."""
MARK_M = 0.005
"""Standard deviation of the way between two marks that somebody stops at, m."""
MOVES = 0.04
"""m/s: slower is rest."""
REST_S = 0.6
"""Rest that ends a push."""
LARGEST_CHANGE = 0.25
"""Of the radius, as a share; more is another way, or another wheel."""
NUDGE = 0.2
"""Share of the way below which a push was none."""
ALIKE = 0.03
"""Share by which pushes may differ."""
SLIP = 0.25
"""m/s between wheels and IMU that only slip explains."""
TWIST = 0.25
"""Way of the ball's surface about the vertical that only slip, or a twist, explains, share."""
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
    track, old = tracked(recorded), recorded.robot.wheels.radius
    found = [(a, b) for a, b in pushes(track) if _way(track, a, b) > NUDGE * distance]
    if not found:
        raise refused("wheels", "no push from rest to rest", f"one of {distance:g} m", AGAIN)
    for begin, end in found:
        _refuse_slip(track, begin, end)
    scales = [scale_of(track, begin, end, distance) for begin, end in found]
    _refuse_unlike(scales, [_way(track, a, b) for a, b in found], distance)
    scale = float(np.mean(scales))
    error = _uncertainty(scales, distance)
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


def pushes(track: Track) -> list[tuple[int, int]]:
    """First and last sample of every stretch of motion between rests, itself at rest."""
    moves = np.linalg.norm(track.velocity, axis=1) > MOVES
    numbers = np.flatnonzero(moves)
    if not len(numbers):
        return []
    gaps = np.flatnonzero(np.diff(track.seconds[numbers]) > REST_S)
    begins, ends = numbers[np.r_[0, gaps + 1]], numbers[np.r_[gaps, len(numbers) - 1]]
    found = []
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        # Half of the rest on both sides belongs to it: it creeps before it counts as moving.
        a = int(np.searchsorted(track.seconds, track.seconds[begin] - REST_S / 2.0))
        b = int(np.searchsorted(track.seconds, track.seconds[end] + REST_S / 2.0))
        if a > 0 and b < len(track.seconds):  # else it was under way at the begin or the end
            found.append((a, b))
    return found


def _integral(track: Track, values: Floats, begin: int, end: int) -> Floats:
    steps = np.diff(track.seconds[begin : end + 1])
    total: Floats = (values[begin + 1 : end + 1] * steps[:, None]).sum(axis=0)
    return total


def _way(track: Track, begin: int, end: int) -> float:
    return float(np.linalg.norm(_integral(track, track.velocity, begin, end)))


def scale_of(track: Track, begin: int, end: int, distance: float) -> float:
    """Factor on wheels.radius by which a push has this length: |k rolled + tipped| = distance."""
    rolled = _integral(track, track.rolled, begin, end)
    tipped = _integral(track, track.tipped, begin, end)
    a, b = float(rolled @ rolled), float(rolled @ tipped)
    c = float(tipped @ tipped) - distance**2
    return (-b + sqrt(max(b * b - a * c, 0.0))) / a


def _refuse_unlike(scales: list[float], ways: list[float], distance: float) -> None:
    for scale, way in zip(scales, ways, strict=True):
        if abs(scale - 1.0) > LARGEST_CHANGE:
            raise refused(
                "wheels", f"a push of {way:.2f} m by the robot file", f"{distance:g} m",
                f"{AGAIN} If it was: is --distance right, is encoders.gear?",
            )  # fmt: skip
    apart = (max(scales) - min(scales)) / float(np.mean(scales))
    if apart > ALIKE:
        told = ", ".join(f"{way:.3f}" for way in ways)
        raise refused(
            "wheels slip, or marks were missed", f"pushes of {told} m by the robot file",
            f"equal ones, {ALIKE:.0%} at most apart", AGAIN,
        )  # fmt: skip


def _refuse_slip(track: Track, begin: int, end: int) -> None:
    """Refuse wheels that contradict the IMU, or a ball that spins about the vertical."""
    inside = slice(begin, end + 1)
    seconds = track.seconds[inside] - track.seconds[begin]
    steps = np.diff(seconds, prepend=0.0)
    felt = np.cumsum(track.felt[inside] * steps[:, None], axis=0)
    # It begins and ends at rest: what is left at the end is the accelerometer's bias.
    felt -= felt[-1] * (seconds / seconds[-1])[:, None]
    by_wheels = track.velocity[inside] + track.lever[inside]
    apart = float(np.linalg.norm(by_wheels - felt, axis=1).max())
    if apart > SLIP:
        raise refused(
            "wheels slip", f"{apart:.2f} m/s between wheels and IMU", f"{SLIP:g} at most", AGAIN
        )
    twist = abs(float((track.spin[inside] * steps).sum())) / _way(track, begin, end)
    if twist > TWIST:
        raise refused(
            "a wheel slips, or the ball was twisted",
            f"it spun about the vertical by {twist:.0%} of its way", f"{TWIST:.0%} at most",
            AGAIN,
        )  # fmt: skip


def _uncertainty(scales: list[float], distance: float) -> float:
    """Of the mean, as a share: that of the marks, or what the pushes differ by."""
    count = len(scales)
    marks = MARK_M / distance / sqrt(count)
    differ = float(np.std(scales, ddof=1)) / sqrt(count) if count > 1 else 0.0
    return SIGMAS * max(marks, differ)
