"""When sensors sample: rates on the grid of physics steps."""

from dataclasses import dataclass

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.model import TIMESTEP


@dataclass(frozen=True)
class Clock:
    """A sensor's rate on the grid of physics steps, without drift."""

    rate_hz: float

    def __post_init__(self) -> None:
        if self.rate_hz * TIMESTEP > 1.0:
            raise ValueError(
                f"A sensor rate of {self.rate_hz} Hz is more than the {1.0 / TIMESTEP:.0f} physics "
                "steps a second. Lower the rate in the robot file."
            )

    def due(self, step: int) -> bool:
        """Whether a sample falls into the millisecond that ends with ``step``."""
        return int(step * self.rate_hz * TIMESTEP + 1e-9) > int(
            (step - 1) * self.rate_hz * TIMESTEP + 1e-9
        )

    def count(self, step: int) -> int:
        """Samples up to ``step``."""
        return int(step * self.rate_hz * TIMESTEP + 1e-9)


def shared_rate(robot: RobotConfig) -> float:
    """Rate of both cameras: they expose together, as synchronised cameras do."""
    first, second = (camera.rate_hz for camera in robot.cameras)
    if first != second:
        raise ValueError(
            f"The simulated cameras expose together, but their rates are {first} and {second} Hz. "
            "Give both the same rate_hz in the robot file."
        )
    return first
