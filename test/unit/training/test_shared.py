"""Roll-outs of another run: what must be refused before anything is driven."""

from pathlib import Path

import pytest
from support.untold import Untold

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.training.checkpoint import CHECKPOINT, CheckpointError
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
