"""PPO from fresh weights gets better at a trivial task: blind balance on flat ground."""

from pathlib import Path

from ballbot_fusion.core.robot import Encoders, Imu, RobotConfig
from ballbot_fusion.core.settings import load
from ballbot_fusion.training.ppo.ppo import Ppo
from ballbot_fusion.training.settings import TrainSettings

CONFIG = Path(__file__).parents[2] / "config" / "train" / "ppo.yaml"


class _Silent:
    def begin(self, what: str, total: int) -> None:
        pass

    def advance(self, note: str = "") -> None:
        pass


def test_the_mean_return_rises(tmp_path: Path) -> None:
    """A tenth of the committed run, with sensors as slow as control allows: less to simulate."""
    values = load(TrainSettings, CONFIG).model_dump()
    short = {**values["ppo"], "rounds": 4, "updates_per_round": 2}
    settings = TrainSettings.model_validate({**values, "workers": 1, "ppo": short})
    robot = RobotConfig(imu=Imu(rate_hz=200), encoders=Encoders(rate_hz=200))
    returns = Ppo(settings, robot, tmp_path, _Silent()).run().provenance["returns"]
    # About sixty episodes a round, whose mean is uncertain by 0.01.
    assert returns[-1] > returns[0] + 0.03, returns
