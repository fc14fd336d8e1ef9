"""What examples/ shows runs; square.py, which needs a robot, is run in test/ros."""

import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples"


def _said(name: str) -> str:
    command = [sys.executable, str(EXAMPLES / name)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300.0)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_one_episode_shows_masks_come_and_go_and_stays_upright() -> None:
    said = _said("one_episode.py")
    assert (
        "masked: rgbd_0: the content does not change; rgbd_1: the content does not change" in said
    )
    assert said.count("masked: nothing") == 2
    assert "fell: False" in said


def test_the_policy_lives_through_the_gymnasium_episodes() -> None:
    endings = [line.split(", ")[1] for line in _said("gymnasium_loop.py").splitlines()]
    assert endings == ["time is up"] * 3


def test_every_example_is_in_the_readme_and_every_one_there_exists() -> None:
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    for example in EXAMPLES.glob("*.py"):
        assert f"[{example.name}]({example.name})" in readme
