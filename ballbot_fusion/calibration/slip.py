"""Whether wheels slipped on the ball, or the ball was twisted, during a push."""

import numpy as np

from ballbot_fusion.calibration.outcome import refused
from ballbot_fusion.calibration.pushes import Push

SLIP = 0.25
"""m/s between wheels and IMU that only slip explains."""
TWIST = 0.25
"""Way of the ball's surface about the vertical that only slip, or a twist, explains, share."""


def refuse_slip(push: Push, scale: float, cure: str) -> None:
    """Refuse wheels that contradict the IMU, or a ball that spins about the vertical.

    Args:
        push: begins and ends at rest.
        scale: factor on wheels.radius: a wrong one is no slip.
        cure: what to do.

    Raises:
        CalibrationRefusedError: slip.
    """
    apart = _apart(push, scale)
    if apart > SLIP:
        raise refused(
            "wheels slip", f"{apart:.2f} m/s between wheels and IMU", f"{SLIP:g} at most", cure
        )
    steps = np.diff(push.part.seconds, prepend=push.part.seconds[0])
    twist = abs(float((push.part.spin * steps).sum())) / push.way
    if twist > TWIST:
        raise refused(
            "a wheel slips, or the ball was twisted",
            f"it spun about the vertical by {twist:.0%} of its way", f"{TWIST:.0%} at most", cure,
        )  # fmt: skip


def _apart(push: Push, scale: float) -> float:
    """Largest difference of the velocities by wheels and by IMU, m/s."""
    part = push.part
    seconds = part.seconds - part.seconds[0]
    felt = np.cumsum(part.felt * np.diff(seconds, prepend=0.0)[:, None], axis=0)
    # It begins and ends at rest: what is left at the end is the accelerometer's bias.
    felt -= felt[-1] * (seconds / seconds[-1])[:, None]
    by_wheels = scale * part.rolled + part.tipped + part.lever
    return float(np.linalg.norm(by_wheels - felt, axis=1).max())
