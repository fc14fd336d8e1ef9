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


def test_several_are_each_taken_once_and_none_means_all(models: Path) -> None:
    for name in ("concat", "blind"):
        (models / f"{name}.onnx").touch()
    named = [models / "concat.onnx", Path("mine.onnx")]
    assert library.policy_paths(["concat", "mine.onnx", "concat"]) == named
    assert library.policy_paths([]) == [models / "blind.onnx", models / "concat.onnx"]


def test_two_of_one_name_are_refused(models: Path) -> None:
    """One of them would be left out of results without a word."""
    (models / "concat.onnx").touch()
    with pytest.raises(PolicyFileError, match=r"mine/concat.onnx.* same name.*Rename"):
        library.policy_paths(["concat", "blind.onnx", "mine/concat.onnx"])


@pytest.mark.parametrize(
    "name", ["../concat", "a/b", "/etc/passwd", "..", ".", "", "x\0y", 300 * "x"]
)
def test_a_name_is_no_path(models: Path, name: str) -> None:
    (models.parent / "concat.onnx").touch()
    with pytest.raises(PolicyFileError, match="No policy"):
        library.policy_path(name)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """allowed/good.onnx, and outside of it secret/other.onnx."""
    for folder, name in (("allowed", "good"), ("secret", "other"), ("allowed-not", "other")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{name}.onnx").touch()
    return tmp_path


def test_a_file_of_an_allowed_folder_is_taken(place: Path) -> None:
    (place / "allowed" / "deeper").mkdir()
    for path in ("allowed/good.onnx", "secret/../allowed/good.onnx", "allowed/deeper/new.onnx"):
        found = library.allowed_policy(str(place / path), [str(place / "allowed")])
        assert found == (place / path).resolve()


@pytest.mark.parametrize(
    "path",
    [
        "secret/other.onnx",
        "secret/none.onnx",
        "allowed/../secret/other.onnx",
        "allowed-not/other.onnx",
        "allowed/link.onnx",
        "allowed/folder/other.onnx",
        "allowed/loop.onnx",
        "allowed/good.onnx\0.onnx",
    ],
)
def test_a_path_that_leads_elsewhere_is_refused(place: Path, path: str) -> None:
    (place / "allowed" / "link.onnx").symlink_to(place / "secret" / "other.onnx")
    (place / "allowed" / "folder").symlink_to(place / "secret")
    (place / "allowed" / "loop.onnx").symlink_to(place / "allowed" / "loop.onnx")
    with pytest.raises(PolicyFileError, match="outside of policy_folders") as caught:
        library.allowed_policy(str(place / path), [str(place / "allowed")])
    assert str(place / "allowed") in str(caught.value)


def test_a_relative_path_is_not_taken_for_one_of_a_folder(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place / "secret")
    with pytest.raises(PolicyFileError):
        library.allowed_policy("other.onnx", [str(place / "allowed"), "", "."])


def test_without_folders_only_what_was_given_is_taken(place: Path) -> None:
    given = str(place / "secret" / "other.onnx")
    assert library.allowed_policy(given, [], given) == Path(given)
    with pytest.raises(PolicyFileError, match="which has none"):
        library.allowed_policy(str(place / "allowed" / "good.onnx"), [], given)


def test_a_link_to_an_allowed_folder_is_that_folder(place: Path) -> None:
    (place / "alias").symlink_to(place / "allowed")
    path = place / "allowed" / "good.onnx"
    assert library.allowed_policy(str(path), [str(place / "alias")]) == path
    assert library.allowed_policy(str(place / "alias/good.onnx"), [str(path.parent)]) == path
