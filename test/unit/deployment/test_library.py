from pathlib import Path

import pytest

from ballbot_fusion.deployment import library
from ballbot_fusion.deployment.policy_file import PolicyFileError


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(library, "share", lambda: tmp_path)
    folder = tmp_path / "models"
    folder.mkdir()
    return folder


def test_a_name_means_the_file_in_models(models: Path) -> None:
    (models / "concat.onnx").touch()
    assert library.policy_path("concat") == models / "concat.onnx"


def test_a_path_is_left_as_it_is() -> None:
    assert library.policy_path("somewhere/else.onnx") == Path("somewhere/else.onnx")


def test_an_unknown_name_is_answered_with_the_known(models: Path) -> None:
    (models / "concat.onnx").touch()
    (models / "blind.onnx").touch()
    with pytest.raises(PolicyFileError, match=r"'transformer'.*blind, concat.*path of an .onnx"):
        library.policy_path("transformer")


def test_without_any_it_says_so(models: Path) -> None:
    with pytest.raises(PolicyFileError, match="models/ has none"):
        library.policy_path("concat")
