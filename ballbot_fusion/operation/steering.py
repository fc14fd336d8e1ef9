"""From keys to velocities: what to send on cmd_vel, every 50 ms. Free of ROS and of terminals."""

import time
from collections.abc import Callable, Iterator

from ballbot_fusion.core.rotation import Vector

PERIOD_S = 0.05
"""20 Hz."""
RELEASED_S = 0.5
"""Without a key for this long the robot is told to stand, s."""
STILL: Vector = (0.0, 0.0, 0.0)
KEYS: dict[str, Vector] = {
    "w": (1.0, 0.0, 0.0),
    "s": (-1.0, 0.0, 0.0),
    "a": (0.0, 0.0, 1.0),
    "d": (0.0, 0.0, -1.0),
    "z": (0.0, 1.0, 0.0),
    "c": (0.0, -1.0, 0.0),
    "\x1b[A": (1.0, 0.0, 0.0),
    "\x1b[B": (-1.0, 0.0, 0.0),
    "\x1b[D": (0.0, 0.0, 1.0),
    "\x1b[C": (0.0, 0.0, -1.0),
    " ": STILL,
}
"""Share of forward, sideways (left) and turning (left) speed by key."""
QUIT = ("q", "\x1b", "\x03", "\x04")
"""q, escape, Ctrl-C, Ctrl-D."""


def for_seconds(velocity: Vector, seconds: float) -> Iterator[Vector]:
    """Yield the same velocity for ``seconds``, at least once."""
    for _ in range(max(round(seconds / PERIOD_S), 1)):
        yield velocity


def from_keys(
    read: Callable[[], list[str]], speeds: Vector, now: Callable[[], float] = time.monotonic
) -> Iterator[Vector]:
    """Yield what the keys say until one of QUIT.

    Args:
        read: returns the keys pressed since its last call, oldest first.
        speeds: forward, sideways [m/s] and turning [rad/s] speed that the keys mean.
        now: steady time, s.
    """
    velocity, pressed = STILL, now()
    while True:
        keys = [key.lower() if len(key) == 1 else key for key in read()]
        if any(key in QUIT for key in keys):
            return
        known = [key for key in keys if key in KEYS]
        if known:
            x, y, z = KEYS[known[-1]]
            velocity, pressed = (x * speeds[0], y * speeds[1], z * speeds[2]), now()
        elif now() - pressed > RELEASED_S:
            velocity = STILL
        yield velocity
