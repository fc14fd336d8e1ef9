"""Roll-outs of another run: what must be refused before anything is driven."""

from pathlib import Path

import pytest
from support.untold import Untold

from ballbot_fusion.core.cameras import with_cameras_for
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.settings import validate
from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.training.checkpoint import CHECKPOINT, Checkpoint, CheckpointError
from ballbot_fusion.training.dagger import Dagger
from ballbot_fusion.training.settings import RolloutSettings, TrainSettings

KEYS = ("orientation", "vel")


def settings(architecture: str, keep_every: int) -> TrainSettings:
    return TrainSettings(
        name="felt",
        architecture=architecture,
        keys=KEYS,
        rollout=RolloutSettings(keep_every=keep_every),
    )


@pytest.fixture
def finished(tmp_path: Path) -> Path:
    """Folder of a finished run that kept every fifth tick."""
    checkpoint = Dagger(settings("concat", 5), RobotConfig(), tmp_path, Untold()).checkpoint
    checkpoint.rounds_done = checkpoint.settings.rounds
    checkpoint.save(tmp_path / CHECKPOINT)
    return tmp_path


def test_who_remembers_is_fitted_to_ticks_as_far_apart_as_it_will_be_run(finished: Path) -> None:
    Dagger(settings("lstm", 5), RobotConfig(), finished / "same", Untold(), finished)
    with pytest.raises(CheckpointError, match=r"every 5 ticks.*keep_every 3"):
        Dagger(settings("lstm", 3), RobotConfig(), finished / "other", Untold(), finished)
    # Whoever remembers nothing does not care.
    Dagger(settings("concat", 3), RobotConfig(), finished / "third", Untold(), finished)


STRONG = validate(RobotConfig, {"wheels": {"max_torque": 5.0}}, "strong")
"""A robot of stronger motors: the same command means another torque."""


def test_roll_outs_of_another_robot_are_refused(finished: Path) -> None:
    with pytest.raises(CheckpointError, match=r"another robot: .*\['wheels'\].*--robot"):
        Dagger(settings("concat", 5), STRONG, finished / "strong", Untold(), finished)
    assert not (finished / "strong").exists()


def test_roll_outs_of_a_robot_that_nobody_wrote_down_are_taken(finished: Path) -> None:
    checkpoint = Checkpoint.load(finished / CHECKPOINT)
    checkpoint.robot = None
    checkpoint.save(finished / CHECKPOINT)
    Dagger(settings("concat", 5), STRONG, finished / "strong", Untold(), finished)


def test_who_looks_at_no_camera_may_learn_from_who_sees_colours(tmp_path: Path) -> None:
    seeing = settings("concat", 5).model_copy(update={"keys": (*KEYS, "rgb_0", "rgb_1")})
    robot = with_cameras_for(ObservationSpec.of(seeing.keys), RobotConfig())
    checkpoint = Dagger(seeing, robot, tmp_path, Untold()).checkpoint
    checkpoint.rounds_done = seeing.rounds
    checkpoint.save(tmp_path / CHECKPOINT)
    Dagger(settings("concat", 5), RobotConfig(), tmp_path / "felt", Untold(), tmp_path)
