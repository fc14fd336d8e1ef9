"""Where the files that come with the package are: models, config, launch."""

import os
import sys
from pathlib import Path

PACKAGE = "ballbot_fusion"


def _candidates() -> list[Path]:
    prefixes = os.environ.get("AMENT_PREFIX_PATH", "").split(os.pathsep)
    installed = [Path(prefix) / "share" / PACKAGE for prefix in [*prefixes, sys.prefix] if prefix]
    checkout = Path(__file__).resolve().parents[2]
    return [checkout, *installed]


def share() -> Path:
    """Return the package's share directory: the checkout's root, or where colcon installed it.

    Raises:
        FileNotFoundError: neither has the package's config.
    """
    for folder in _candidates():
        if (folder / "config" / "robot.yaml").is_file():
            return folder
    raise FileNotFoundError(
        f"The files of {PACKAGE} are neither in the checkout nor under AMENT_PREFIX_PATH. Source "
        "the workspace's install/setup.bash, or run through ./with-ros."
    )


FAST_DDS_2 = ("humble", "iron", "jazzy")
"""Distributions of ROS 2 that come with it."""


def transports(profile: str) -> dict[str, str]:
    """Environment that makes Fast DDS use a profile of config/, by file name.

    Fast DDS 3 (Kilted) calls the variable otherwise than Fast DDS 2, and warns of the old name.
    Some tags have other names, too: Fast DDS 2 has files of its own, in config/fastdds_2.
    """
    config = share() / "config"
    if os.environ.get("ROS_DISTRO") in FAST_DDS_2:
        return {"FASTRTPS_DEFAULT_PROFILES_FILE": str(config / "fastdds_2" / profile)}
    return {"FASTDDS_DEFAULT_PROFILES_FILE": str(config / profile)}
