"""Every bench that needs no ROS, in its quick form: that it works, never how fast it is."""

import json
from math import isfinite
from pathlib import Path
from typing import Any

import pytest
from support.policies import policy_with_random_parts

from ballbot_fusion.bench import load_bench, train
from ballbot_fusion.bench.environments import balancing
from ballbot_fusion.bench.setting import Setting
from ballbot_fusion.cli.main import main
from ballbot_fusion.core.spec import DEPLOYED_KEYS
from ballbot_fusion.training.checkpoint import Checkpoint
from ballbot_fusion.training.env.vector import BallbotVectorEnv
from ballbot_fusion.training.settings import TrainSettings


def measured(name: str, folder: Path, *more: str) -> dict[str, Any]:
    path = folder / f"bench_{name}.json"
    assert main(["bench", name, *more, "--quick", "--json", str(path)]) == 0
    found: dict[str, Any] = json.loads(path.read_text())
    assert found["suite"] == f"bench_{name}"
    assert found["quick"]
    assert found["machine"]["cores"] >= 1
    for row in found["rows"]:
        assert isfinite(row["value"]), row
        assert row["low"] <= row["value"] <= row["high"]
    return found


def values(found: dict[str, Any], metric: str) -> dict[str, float]:
    return {row["case"]: row["value"] for row in found["rows"] if row["metric"] == metric}


def test_inference_times_every_shipped_policy_and_says_what_it_left_out(tmp_path: Path) -> None:
    found = measured("inference", tmp_path)
    times = values(found, "p50_us")
    for name in found["files"]:
        assert {f"{name}, {kind}" for kind in ("head", "new frames", "whole graph")} <= set(times)
    assert set(values(found, "whole_over_head_cpu")) >= {"default", "concat"}
    assert any("left out" in remark for remark in found["remarks"])
    assert not any("torch" in case for case in times)


def test_inference_times_torch_with_a_checkpoint_and_refuses_that_of_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = policy_with_random_parts(DEPLOYED_KEYS)
    settings = TrainSettings(name="x", keys=DEPLOYED_KEYS)
    path = tmp_path / "checkpoint.pt"
    Checkpoint(settings, policy.state_dict(), {}).save(path)
    found = measured("inference", tmp_path, "default", "--checkpoint", str(path))
    assert "default, torch eager" in values(found, "p50_us")
    assert "default" in values(found, "torch_over_head_cpu")
    assert main(["bench", "inference", "seed55", "--quick", "--checkpoint", str(path)]) == 1
    assert "another architecture" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["inference", "sim"])
def test_how_much_is_left_is_known_from_the_beginning(name: str, tmp_path: Path) -> None:
    expected, done = [], []
    setting = Setting(1, tmp_path, quick=True, expect=expected.append, advance=done.append)
    load_bench(name).run(setting)
    assert expected == [len(done)]


def test_all_needs_a_folder(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["bench", "all", "--quick"])
    assert "folder" in capsys.readouterr().err


def test_sim_rates_every_drivetrain_renderer_loop_and_environment(tmp_path: Path) -> None:
    found = measured("sim", tmp_path)
    assert len(values(found, "steps_per_s")) == 2
    assert {"rays 64x64, flat", "rays 640x480, flat"} <= set(values(found, "frames_per_s"))
    assert len(values(found, "real_time_factor")) == 4
    assert set(values(found, "control_steps_per_s")) == {"environments, 1 core"}
    assert min(row["value"] for row in found["rows"]) > 0.0
    goals = {row["case"]: row["goal"] for row in found["rows"] if row["goal"]}
    assert goals == {"sim flat, cameras 64x64": 4.0, "sim flat, no cameras": 20.0}


def test_environments_are_kept_upright_by_what_steps_them() -> None:
    """What is timed are episodes that last, not falls and resets."""
    environments = BallbotVectorEnv(2, workers=0)
    observation, _ = environments.reset(seed=0)
    ended = 0
    for _ in range(400):
        observation, _, terminated, _, _ = environments.step(balancing(observation))
        ended += int(terminated.sum())
    environments.close()
    assert ended <= 1


def test_who_sees_nothing_has_no_frames_to_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train, "QUICK_RECIPES", ("blind",))
    found = measured("train", tmp_path)
    assert set(values(found, "steps_per_s")) == {"fit of blind"}
    assert not values(found, "samples_with_frames_per_s")


def test_train_counts_samples_and_steps_of_a_recipe(tmp_path: Path) -> None:
    found = measured("train", tmp_path)
    steps, samples = values(found, "steps_per_s"), values(found, "samples_per_s")
    assert set(steps) == {"fit of concat_again", "fit of concat_again, images in bfloat16"}
    assert samples["fit of concat_again"] == pytest.approx(16 * steps["fit of concat_again"])
