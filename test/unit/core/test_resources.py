"""Which transport profile Fast DDS reads, by the ROS 2 that runs."""

import re
from pathlib import Path

import pytest

from ballbot_fusion.core.resources import share, transports

CONFIG = share() / "config"
PROFILES = sorted(path.name for path in CONFIG.glob("fastdds_*.xml"))
RENAMED = {
    "heartbeatPeriod": "heartbeat_period",
    "nackResponseDelay": "nack_response_delay",
    "heartbeatResponseDelay": "heartbeat_response_delay",
}
"""Tags of Fast DDS 2, and what Fast DDS 3 calls them."""


@pytest.mark.parametrize("profile", PROFILES)
def test_both_versions_of_fast_dds_are_told_the_same(profile: str) -> None:
    told = (CONFIG / "fastdds_2" / profile).read_text()
    for old, new in RENAMED.items():
        assert told.count(f"<{old}>") == 1
        told = told.replace(old, new)
    assert told == (CONFIG / profile).read_text()


@pytest.mark.parametrize("profile", PROFILES)
def test_a_lost_press_is_repaired_at_once(profile: str) -> None:
    text = (CONFIG / profile).read_text()
    for tag, period_ns in (
        ("data_writer", 2_000_000),
        ("data_reader", 0),
    ):
        found = re.search(rf'<{tag} profile_name="/e_stop">(.*?)</{tag}>', text, re.DOTALL)
        assert found is not None, "Fast DDS knows it by the topic's whole name"
        first_ns, *_ = re.findall(r"<nanosec>(\d+)<", found[1])
        assert int(first_ns) == period_ns


@pytest.mark.parametrize(
    ("distro", "name", "folder"),
    [
        ("kilted", "FASTDDS_DEFAULT_PROFILES_FILE", CONFIG),
        ("jazzy", "FASTRTPS_DEFAULT_PROFILES_FILE", CONFIG / "fastdds_2"),
    ],
)
def test_each_reads_its_own(
    distro: str, name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROS_DISTRO", distro)
    assert len(PROFILES) == 4
    assert [transports(p) for p in PROFILES] == [{name: str(folder / p)} for p in PROFILES]
