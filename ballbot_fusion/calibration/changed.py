"""A robot with one value of its file changed."""

from ballbot_fusion.calibration.outcome import Change
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.settings import validate


def changed(robot: RobotConfig, change: Change) -> RobotConfig:
    """Return ``robot`` as its file will describe it.

    Raises:
        SettingsError: no robot file may say so.
    """
    part, key = change.key.split(".")
    values = robot.model_dump()
    values[part][key] = change.new
    return validate(RobotConfig, values, f"{change.key} as calibrated")
