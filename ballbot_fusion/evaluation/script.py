"""What happens in an episode, as plain data: it travels between processes and into reports."""

from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.estimator import ZERO
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.language.encoder import TextEncoder


def _check_start(start_s: float, what: str) -> None:
    if not (isfinite(start_s) and start_s >= 0.0):
        raise ValueError(
            f"{what} starts at {start_s} s; expected a finite time of 0 or more after the stand "
            "let go."
        )


@dataclass(frozen=True)
class Order:
    """A command that holds from ``start_s`` [s after the stand let go] until the next order.

    Raises:
        ValueError: a time that makes no sense.
    """

    start_s: float
    velocity: Vector
    """vx, vy [m/s], yaw rate [rad/s] in the heading frame."""

    def __post_init__(self) -> None:
        _check_start(self.start_s, "An order")


Orders = tuple[Order, ...]
"""All orders of an episode, in the order of their times; before the first nobody moves."""


def ordered(orders: Orders, seconds: float) -> Vector:
    """Return the command that holds ``seconds`` after the stand let go."""
    begun = [order.velocity for order in orders if order.start_s <= seconds]
    return begun[-1] if begun else ZERO


@dataclass(frozen=True)
class Push:
    """A push at the base's centre of mass, from ``start_s`` [s after the stand let go] on.

    Raises:
        ValueError: times that make no sense.
    """

    start_s: float
    force: Vector
    """In the world, N."""
    seconds: float = 0.1

    def __post_init__(self) -> None:
        _check_start(self.start_s, "A push")
        if not (isfinite(self.seconds) and self.seconds > 0.0):
            raise ValueError(f"A push lasts {self.seconds} s; expected a finite time above 0.")


Pushes = tuple[Push, ...]
"""All pushes of an episode, in the order of their times; one ends where the next begins."""


@dataclass(frozen=True)
class Saying:
    """Words that somebody says to the robot, ``start_s`` [s after the stand let go].

    Raises:
        ValueError: a time that makes no sense.
    """

    start_s: float
    text: str

    def __post_init__(self) -> None:
        _check_start(self.start_s, "A saying")

    @property
    def embedding(self) -> NDArray[np.float32]:
        """What policies hear, see language.encoder."""
        return TextEncoder.load().encode(self.text)


Sayings = tuple[Saying, ...]
"""All that is said in an episode."""
