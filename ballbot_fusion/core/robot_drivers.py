"""What the robot file says of drivers: how they name, count and scale what they handle."""

from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from ballbot_fusion.core.settings import Settings

Positive = Annotated[float, Field(gt=0.0)]
Sign = Literal[-1, 1]
Signs = tuple[Sign, Sign, Sign]
AS_COUNTED: Signs = (1, 1, 1)


class Extended(Settings):
    """Settings whose later fields show in ``repr`` only where they are set.

    Kept results are found again by the repr of the robot that they are of: a robot that was
    described before a field came must not look like another one.
    """

    later: ClassVar[frozenset[str]] = frozenset()
    """Names of those fields."""

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        """Leave out what came later and is at its default."""
        for name, value in super().__repr_args__():
            known = name in self.later and type(self).model_fields[str(name)].default == value
            if not known:
                yield name, value


class Motors(Extended):
    """How the motors' driver takes commands."""

    later: ClassVar[frozenset[str]] = frozenset({"velocity_gain"})

    direction: Signs = AS_COUNTED
    """-1 for each motor that a positive command turns against the robot file's wheel axis."""
    units_per_nm: Positive = 1.0
    """What the driver must be told for 1 N m at the wheel: 1 when it takes N m there."""
    velocity_gain: Positive | None = None
    """Torque at the wheel per error of its speed, N m s/rad, of a driver that takes velocities.

    None: not known; it takes torques. See core/velocity_loop.py.
    """


class View(Settings):
    """The image that policies see: an ideal camera at the lens, turned as the policy knows it."""

    yaw_deg: float = 0.0
    pitch_deg: float = -38.0
    fov_deg: Annotated[float, Field(gt=1.0, lt=170.0)] = 80.0
    """Vertical field of view, degrees; pixels are square."""
