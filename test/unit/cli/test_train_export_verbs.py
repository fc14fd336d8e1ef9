import json
from pathlib import Path

import pytest
import yaml
from support.untold import Untold

from ballbot_fusion.cli.main import main
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.settings import validate
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.training.checkpoint import CHECKPOINT, Checkpoint, CheckpointError
from ballbot_fusion.training.dagger import Dagger
from ballbot_fusion.training.settings import TrainSettings

TINY = {
    "name": "tiny",
    "workers": 1,
    "rollout": {"episode_s": 0.5, "terrains": ["flat"]},
    "dagger": {"rounds": 2, "episodes_per_round": 1},
    "fit": {"steps_per_round": 2, "final_steps": 2, "batch": 16, "image_rows": 4},
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of a few seconds, with its printed figures in figures.json."""
    folder = tmp_path_factory.mktemp("run")
    settings = folder / "tiny.yaml"
    settings.write_text(yaml.safe_dump(TINY))
    figures = str(folder / "figures.json")
    assert main(["train", str(settings), "--output", str(folder), "--json", figures]) == 0
    return folder


def test_figures_of_a_run(run: Path) -> None:
    figures = json.loads((run / "figures.json").read_text())
    assert figures["rounds"] == 2
    assert len(figures["losses"]) == 2
    assert Path(figures["checkpoint"]).is_file()


def test_the_checkpoint_says_where_it_comes_from(run: Path) -> None:
    recorded = Checkpoint.load(run / "checkpoint.pt").provenance
    assert recorded["command"].startswith("ballbot ")
    assert {"revision", "date", "python", "ticks"} <= set(recorded)
    assert {"numpy", "mujoco", "torch"} <= set(recorded["versions"])
    assert recorded["minutes"] > 0.0


def test_running_it_again_changes_nothing(run: Path) -> None:
    before = (run / "checkpoint.pt").read_bytes()
    assert main(["train", str(run / "tiny.yaml"), "--output", str(run)]) == 0
    assert (run / "checkpoint.pt").read_bytes() == before


def test_another_seed_is_another_policy(run: Path, tmp_path: Path) -> None:
    settings, one = str(run / "tiny.yaml"), tmp_path / "one"
    assert main(["train", settings, "--seed", "1", "--output", str(one)]) == 0
    trained = Checkpoint.load(one / "checkpoint.pt")
    assert (trained.settings.name, trained.settings.seed) == ("tiny_seed1", 1)
    assert trained.losses != Checkpoint.load(run / "checkpoint.pt").losses
    assert main(["train", settings, "--output", str(one)]) == 1  # of one seed, not on with another


FELT = TrainSettings(name="felt", keys=("orientation", "vel"))
STRONG = validate(RobotConfig, {"wheels": {"max_torque": 5.0}}, "strong")
"""A robot of stronger motors."""


def test_a_run_is_not_gone_on_with_by_another_robot(tmp_path: Path) -> None:
    Dagger(FELT, STRONG, tmp_path, Untold()).checkpoint.save(tmp_path / CHECKPOINT)
    Dagger(FELT, STRONG, tmp_path, Untold())
    with pytest.raises(CheckpointError, match="another robot"):
        Dagger(FELT, RobotConfig(), tmp_path, Untold())


def test_a_run_that_does_not_know_its_robot_is_gone_on_with(tmp_path: Path) -> None:
    began = Dagger(FELT, STRONG, tmp_path, Untold()).checkpoint
    began.robot = None
    began.save(tmp_path / CHECKPOINT)
    assert Dagger(FELT, RobotConfig(), tmp_path, Untold()).checkpoint.robot is None


def test_a_policy_is_exported_for_the_robot_that_it_was_trained_with(tmp_path: Path) -> None:
    trained = Dagger(FELT, STRONG, tmp_path, Untold()).checkpoint
    trained.rounds_done = FELT.rounds
    trained.save(tmp_path / CHECKPOINT)
    policy = tmp_path / "felt.onnx"
    assert main(["export", str(tmp_path / CHECKPOINT), str(policy)]) == 0
    assert PolicyRuntime.load(policy).metadata.action_scale == (5.0, 5.0, 5.0)


def test_export_carries_the_provenance_along(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy = str(run / "tiny.onnx")
    assert main(["export", str(run / "checkpoint.pt"), policy, "--json", "-"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["parity"] <= figures["allowed"]
    assert main(["inspect", policy, "--json", "-"]) == 0
    contract = json.loads(capsys.readouterr().out)["contract"]
    assert contract["provenance"]["trained"]["ticks"] > 0
    assert contract["provenance"]["settings"]["name"] == "tiny"
    assert contract["provenance"]["exported"]["command"].startswith("ballbot ")


def test_an_unfinished_run_is_not_exported(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    checkpoint = Checkpoint.load(run / "checkpoint.pt")
    checkpoint.rounds_done = 1
    checkpoint.save(tmp_path / "checkpoint.pt")
    policy = tmp_path / "p.onnx"
    assert main(["export", str(tmp_path / "checkpoint.pt"), str(policy)]) == 1
    assert "1 of 2 rounds" in capsys.readouterr().err
    assert not policy.exists()
