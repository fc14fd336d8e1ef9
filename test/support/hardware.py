"""The simulated hardware and the robot beside it, for tests."""

import shutil
from pathlib import Path

import yaml

CONFIG = Path(__file__).parents[2] / "config"
HARDWARE = CONFIG / "hardware"


def in_lockstep(folder: Path) -> tuple[Path, Path]:
    """Folders for both launches in which every node waits for the others."""
    hidden, config = folder / "hidden", folder / "config"
    shutil.copytree(HARDWARE, hidden)
    shutil.copyfile(CONFIG / "robot.yaml", folder / "robot.yaml")  # which theirs extends
    patient = {"/**/mujoco_bridge": {"ros__parameters": {"ready_timeout_s": 120.0}}}
    with (hidden / "simulation.yaml").open("a") as file:
        file.write(yaml.safe_dump(patient))
    config.mkdir()
    for name in ("inference", "safety"):
        values = yaml.safe_load((CONFIG / f"{name}.yaml").read_text())
        values["/**"]["ros__parameters"]["lockstep"] = True
        (config / f"{name}.yaml").write_text(yaml.safe_dump(values))
    return hidden, config
