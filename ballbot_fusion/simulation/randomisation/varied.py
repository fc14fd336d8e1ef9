"""The robot and the errors that a seed stands for."""

from dataclasses import dataclass

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.randomisation.body import varied_body
from ballbot_fusion.simulation.randomisation.draws import Draws
from ballbot_fusion.simulation.randomisation.errors import varied_motors, varied_sensors
from ballbot_fusion.simulation.randomisation.mounts import varied_mounts
from ballbot_fusion.simulation.randomisation.settings import RandomisationSettings
from ballbot_fusion.simulation.settings import SimulationSettings


@dataclass(frozen=True)
class Varied:
    """What is simulated. Whoever controls or estimates keeps the nominal robot."""

    robot: RobotConfig
    errors: SimulationSettings


def varied(
    robot: RobotConfig,
    errors: SimulationSettings,
    seed: int,
    ranges: RandomisationSettings | None = None,
) -> Varied:
    """Draw a robot and errors around the nominal ones; the same seed gives the same draw.

    Args:
        robot: as its owner describes it.
        errors: nominal; perfect sensors (noise false) stay perfect.
        seed: a whole number of 0 or more.
        ranges: from which to draw; None: the default ones.

    Raises:
        SettingsError: a draw that is no robot, because a range is too wide for it.
    """
    ranges, draws = ranges or RandomisationSettings(), Draws(seed)
    drawn = varied_mounts(varied_body(robot, ranges.body, draws), ranges.mounts, draws)
    worse = varied_sensors(errors, ranges.sensors, draws)
    return Varied(drawn, varied_motors(worse, ranges.motors, draws))
