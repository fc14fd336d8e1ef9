"""`ballbot doctor --motors` beside the simulated hardware, at the pace of the clock."""

from pathlib import Path

import pytest
from support.doctor import described, examined

from ballbot_fusion.core.topic_names import EFFORTS, VELOCITIES
from ballbot_fusion.operation.client import client
from ballbot_fusion.operation.diagnostics import Diagnostics
from ballbot_fusion.operation.launched import Launched


@pytest.mark.usefixtures("ros_domain_id")
@pytest.mark.parametrize(
    ("commands", "command_type"), [("effort", EFFORTS), ("velocity", VELOCITIES)]
)
def test_it_tells_which_motor_turns_which_wheel_and_which_way(
    commands: str, command_type: str, tmp_path: Path
) -> None:
    """Beside the drivers alone: nobody else may command the motors meanwhile."""
    with (
        client(name="test") as operator,
        Launched(
            "hardware.launch.py", "depth_size:=64", f"commands:={commands}",
            log=tmp_path / "hardware",
        ) as drivers,
    ):  # fmt: skip
        said = Diagnostics(operator)
        assert said.await_(lambda v: v["mujoco_bridge"]["held"] == "True", 60.0), drivers.text
        wrong = described(tmp_path, motors={"direction": [-1, -1, 1]})
        code, found = examined(
            wrong, tmp_path, "--seconds", "2", "--motors", command_type=command_type
        )
        assert code == 1
        motors = {f["subject"]: f["parameter"] for f in found if f["check"] == "motor"}
        assert motors == {
            "all": "", "motor 1": "", "motor 3": "", "motor 2": "motors.direction",
        }, found  # fmt: skip
        assert "Traceback" not in drivers.text
