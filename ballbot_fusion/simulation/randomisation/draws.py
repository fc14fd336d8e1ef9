"""Even draws by name, and settings with some values replaced."""

from enum import IntEnum
from typing import Any

from ballbot_fusion.core.settings import SettingsT, validate
from ballbot_fusion.simulation.sensors.noise import stream

_PURPOSE = 103  # of a random stream, beside the numbers of the sensors


class Quantity(IntEnum):
    """What is drawn. The numbers name the random streams: never renumber."""

    BALL_MASS = 0
    BASE_MASS = 1
    BASE_INERTIA = 2
    COM_HEIGHT = 3
    FRICTION = 4
    MOTOR_GAIN = 5
    MOTOR_DELAY = 6
    IMU_NOISE = 7
    IMU_BIAS = 8
    ENCODER_NOISE = 9
    DEPTH_NOISE = 10
    CAMERA_LATENCY = 11
    CAMERA_OFFSET = 12
    CAMERA_YAW = 13
    CAMERA_PITCH = 14


class Draws:
    """Draws of one seed: the same quantity gives the same number, whatever else was drawn."""

    def __init__(self, seed: int) -> None:
        """Draw for ``seed``, a whole number of 0 or more."""
        self._seed = seed

    def between(self, quantity: Quantity, bounds: tuple[float, float], *which: int) -> float:
        """Return a number within ``bounds``; ``which`` tells several of one quantity apart."""
        generator = stream(self._seed, _PURPOSE, quantity, *which)
        return float(generator.uniform(*bounds))

    def around(self, quantity: Quantity, reach: float, *which: int) -> float:
        """Return a number at most ``reach`` from 0."""
        return self.between(quantity, (-reach, reach), *which)


def changed(settings: SettingsT, **values: Any) -> SettingsT:
    """Return ``settings`` with some values replaced, checked as those of a file are.

    Raises:
        SettingsError: a value that the model refuses.
    """
    kept = {name: getattr(settings, name) for name in type(settings).model_fields}
    return validate(type(settings), kept | values, f"A varied {type(settings).__name__}")
