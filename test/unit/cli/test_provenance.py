"""Where a result comes from, without where on somebody's machine."""

import pytest

from ballbot_fusion.cli.provenance import portable, provenance


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("ballbot export /home/me/runs/a.pt models/a.onnx", "ballbot export a.pt models/a.onnx"),
        ("ballbot train c.yaml --output '/my runs/b'", "ballbot train c.yaml --output b"),
        ("", ""),
    ],
)
def test_no_machine_paths(command: str, said: str) -> None:
    assert portable(command) == said


def test_it_says_what_is_needed_to_do_it_again() -> None:
    found = provenance("ballbot eval --suite balance")
    assert found["command"] == "ballbot eval --suite balance"
    assert {"command", "revision", "date", "python", "versions"} <= set(found)
    assert {"numpy", "mujoco", "onnxruntime"} <= set(found["versions"])
