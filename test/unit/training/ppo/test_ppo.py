from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml

from ballbot_fusion.cli.main import main
from ballbot_fusion.core.robot import Encoders, Imu, RobotConfig
from ballbot_fusion.core.settings import load, said_in
from ballbot_fusion.core.spec import BALANCE_KEYS
from ballbot_fusion.training.checkpoint import Checkpoint, CheckpointError
from ballbot_fusion.training.ppo.ppo import CHECKPOINT, LOGS, Ppo
from ballbot_fusion.training.ppo.unused import refuse_unused
from ballbot_fusion.training.settings import FitSettings, TrainSettings

CONFIG = Path(__file__).parents[4] / "config" / "train"
ROBOT = RobotConfig(imu=Imu(rate_hz=200), encoders=Encoders(rate_hz=200))
"""Sensors as slow as control: less to simulate."""
TASK: dict[str, Any] = {
    "name": "ppo",
    "algorithm": "ppo",
    "policy": {"hidden": [16], "intent_hidden": [8]},
    "keys": BALANCE_KEYS,
    "rate_hz": 100,
    "workers": 1,
    "rollout": {
        "episode_s": 4.0, "terrains": ["flat"], "max_tilt_deg": 3.0, "standing_share": 1.0,
        "roaming_share": 0.0, "push_n": 0.0,
    },
    "ppo": {
        "rounds": 2, "updates_per_round": 2, "envs": 2, "steps": 32, "batch": 32, "epochs": 2,
        "warmup_updates": 1, "outages": False,
    },
}  # fmt: skip


class Silent:
    """Shows nothing; ``each`` is called with every update."""

    def __init__(self, each: Callable[[], None] = lambda: None) -> None:
        self._each = each

    def begin(self, what: str, total: int) -> None:
        pass

    def advance(self, note: str = "") -> None:
        self._each()


def settings(**changes: Any) -> TrainSettings:
    ppo = {**TASK["ppo"], **changes.pop("ppo", {})}
    return TrainSettings.model_validate({**TASK, **changes, "ppo": ppo})


def trained(folder: Path, how: TrainSettings, **others: Any) -> Checkpoint:
    return Ppo(how, ROBOT, folder, Silent(), **others).run()


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished run of two small rounds."""
    folder = tmp_path_factory.mktemp("run")
    trained(folder, settings())
    return folder


def assert_same(left: dict[str, torch.Tensor], right: dict[str, torch.Tensor]) -> None:
    assert left.keys() == right.keys()
    for key, value in left.items():
        assert torch.equal(value, right[key]), key


def test_a_run_leaves_a_checkpoint_and_logs(run: Path) -> None:
    found = Checkpoint.load(run / CHECKPOINT)
    assert (found.rounds_done, found.steps_done) == (2, 2 * 2 * 2 * 32)
    assert len(found.provenance["returns"]) == len(found.losses) == 2
    assert set(found.statistics) == set(BALANCE_KEYS)
    assert (found.weights["scaling.orientation_std"] != 1.0).any(), "inputs are not scaled"
    assert list((run / LOGS).glob("events.*"))


def test_an_interrupted_run_ends_in_the_same_bits(run: Path, tmp_path: Path) -> None:
    updates = iter(range(3))

    def interrupt() -> None:
        if next(updates) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Ppo(settings(), ROBOT, tmp_path, Silent(interrupt)).run()
    assert Checkpoint.load(tmp_path / CHECKPOINT).rounds_done == 1
    resumed, whole = trained(tmp_path, settings()), Checkpoint.load(run / CHECKPOINT)
    assert_same(resumed.weights, whole.weights)
    assert_same(resumed.critic, whole.critic)
    assert resumed.provenance["returns"] == pytest.approx(whole.provenance["returns"], nan_ok=True)


def test_another_seed_gives_another_policy(run: Path, tmp_path: Path) -> None:
    other = trained(tmp_path, settings(seed=1)).weights
    first = Checkpoint.load(run / CHECKPOINT).weights
    assert any(not torch.equal(first[key], value) for key, value in other.items())


def test_it_goes_on_from_another_run_s_policy(run: Path, tmp_path: Path) -> None:
    """A first round for the critic alone leaves the policy as it was."""
    start = run / CHECKPOINT
    how = settings(name="tuned", ppo={"rounds": 1, "critic_rounds": 1, "updates_per_round": 1})
    tuned = trained(tmp_path, how, start=start)
    assert_same(tuned.weights, Checkpoint.load(start).weights)
    assert tuned.provenance["start"]["file"] == CHECKPOINT
    with pytest.raises(CheckpointError, match="--start"):
        Ppo(how, ROBOT, tmp_path, Silent())


def test_a_start_that_does_not_fit_is_refused(run: Path, tmp_path: Path) -> None:
    start = run / CHECKPOINT
    with pytest.raises(CheckpointError, match=r"rate_hz 100.*200"):
        Ppo(settings(rate_hz=200), ROBOT, tmp_path, Silent(), start)
    broken = tmp_path / "broken.pt"
    broken.write_bytes(start.read_bytes()[:1000])
    with pytest.raises(CheckpointError, match="not a checkpoint"):
        Ppo(settings(), ROBOT, tmp_path / "run", Silent(), broken)


def test_other_settings_do_not_go_on_with_a_run(run: Path) -> None:
    with pytest.raises(CheckpointError, match="other settings"):
        Ppo(settings(seed=1), ROBOT, run, Silent())


def test_a_broken_checkpoint_is_told(tmp_path: Path) -> None:
    (tmp_path / CHECKPOINT).write_bytes(b"nothing")
    with pytest.raises(CheckpointError, match="not a checkpoint"):
        Ppo(settings(), ROBOT, tmp_path, Silent())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"settings": {**settings().model_dump(), "luck": 1}}, "luck"),
        ({"settings": {**settings().model_dump(), "fit": {"batch": 0}}}, "fit.batch"),
        ({"moon": "full"}, "moon"),
        ({"settings": None}, "settings"),
    ],
)
def test_a_checkpoint_of_another_version_is_told(
    changes: dict[str, Any], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / CHECKPOINT
    Checkpoint(settings(), {}, {}).save(path)
    torch.save({**torch.load(path, weights_only=True), **changes}, path)
    with pytest.raises(CheckpointError, match=rf"{path}.*{words}.*train again"):
        Checkpoint.load(path)
    assert main(["export", str(path), str(tmp_path / "p.onnx")]) == 1
    assert "--traceback" not in capsys.readouterr().err


def test_it_is_exported_as_every_policy_is(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = tmp_path / "p.onnx"
    assert main(["export", str(run / CHECKPOINT), str(policy)]) == 0
    assert main(["inspect", str(policy), "--json", "-"]) == 0
    assert '"algorithm": "ppo"' in capsys.readouterr().out


@pytest.mark.parametrize(
    ("changes", "words"),
    [("algorithm: sac", "algorithm"), ("ppo: {batch: 1}", "ppo.batch"), ("ppo: {luck: 1}", "luck")],
)
def test_settings_that_cannot_be_are_named(
    changes: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(f"name: t\n{changes}\n")
    assert main(["train", str(path), "--output", str(tmp_path / "run")]) == 1
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ("rollout: {randomised_share: 0.5, push_n: 1.0}", "rollout.randomised_share"),
        ("randomisation: {mounts: {yaw_deg: 0.1}}", "randomisation.mounts.yaw_deg"),
        ("stills: {}", "stills"),
        ("stills: {courses: 400}", "stills.courses"),
        ("fit: {batch: 2, image_rows: 1, retold: false}", "fit.batch, fit.image_rows"),
        ("pretraining: {method: contrastive}", "pretraining.method"),
        ("dagger: {rounds: 3}", "dagger.rounds"),
    ],
)
def test_settings_that_ppo_would_ignore_are_named(
    changes: str, named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "t.yaml"
    given = yaml.safe_load(changes)
    rollout = {"terrains": ["pits"], **given.pop("rollout", {})}
    path.write_text(yaml.safe_dump({"name": "t", "algorithm": "ppo", "rollout": rollout, **given}))
    assert main(["train", str(path), "--output", str(tmp_path / "run")]) == 1
    assert f"{path}: {named} would have no effect" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["ppo", "ppo_concat"])
def test_our_own_files_say_nothing_in_vain(name: str) -> None:
    path = CONFIG / f"{name}.yaml"
    refuse_unused(load(TrainSettings, path), said_in(path), str(path))


def test_what_is_extended_and_defaults_are_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(f"extends: {CONFIG}/concat.yaml\nalgorithm: ppo\nfit: {{carried: 8}}\n")
    found = load(TrainSettings, path)
    assert found.fit != FitSettings()
    refuse_unused(found, said_in(path), "t")


def test_a_start_is_for_ppo_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "t.yaml"
    path.write_text("name: t\n")
    with pytest.raises(SystemExit):
        main(["train", str(path), "--start", "x.pt", "--output", str(tmp_path / "run")])
    assert "algorithm: ppo" in capsys.readouterr().err
