"""A ROS_DOMAIN_ID belongs to one ballbot, and is one that ROS has."""

from pathlib import Path

import pytest

from ballbot_fusion.operation.launched import Launched


@pytest.mark.usefixtures("ros_domain_id")
def test_a_busy_domain_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    with Launched("sim.launch.py", log=tmp_path / "first") as first:
        first.says("ARMED: armed")
        with Launched("sim.launch.py", log=tmp_path / "second") as second:
            assert second.wait(30.0) != 0
            assert "Another ballbot runs on ROS_DOMAIN_ID" in second.text
        with Launched("robot.launch.py", "record:=none", log=tmp_path / "third") as third:
            assert third.wait(30.0) != 0
            assert "Another ballbot runs on ROS_DOMAIN_ID" in third.text
        assert first.process.poll() is None


@pytest.mark.parametrize("domain", ["many", "300", "-1"])
def test_a_wrong_domain_is_refused(domain: str, tmp_path: Path) -> None:
    env = {"ROS_DOMAIN_ID": domain}
    with Launched("sim.launch.py", log=tmp_path / "log", env=env) as launch:
        assert launch.wait(30.0) != 0
        assert f"ROS_DOMAIN_ID is '{domain}'" in launch.text
