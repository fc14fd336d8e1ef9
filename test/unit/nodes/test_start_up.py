"""What launch arguments are read as, and what is refused."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

from ballbot_fusion.nodes import start_up
from ballbot_fusion.nodes.start_up import LaunchRefusedError, whole_number_of

LAUNCH = Path(__file__).parents[3] / "launch"


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("80", 80), ("1e3", 1000), ("2.0", 2)])
def test_whole_numbers_are_read(text: str, number: int) -> None:
    assert whole_number_of("seed", text) == number


@pytest.mark.parametrize("text", ["1.5", "80.5", "-1", "-0.5", "nan", "inf", "many", ""])
def test_what_is_no_whole_number_is_refused_and_not_rounded(text: str) -> None:
    with pytest.raises(LaunchRefusedError, match=f"seed is {text!r}, expected a .*0 or more"):
        whole_number_of("seed", text)


@pytest.mark.parametrize(
    ("launch", "name"), [("sim", "seed"), ("sim", "dashboard_port"), ("hardware", "seed")]
)
def test_launch_files_ask_for_whole_numbers(launch: str, name: str) -> None:
    file = runpy.run_path(str(LAUNCH / f"{launch}.launch.py"))
    usual = {"policy": "default", "depth_size": "64x64", "seed": "0", "dashboard_port": "8080"}
    given = {argument.name: usual.get(argument.name, "") for argument in file["ARGUMENTS"]}
    with pytest.raises(LaunchRefusedError, match=f"{name} is '1.5', expected a whole number"):
        file["_start"](SimpleNamespace(launch_configurations={**given, name: "1.5"}))


def test_a_segment_that_is_made_meanwhile_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another launch begins while this one looks at the processes, which takes a while."""
    (tmp_path / "fastrtps_leftover").touch()
    living = tmp_path / "fastrtps_living"
    read_text = Path.read_text

    def read(path: Path, *given: str) -> str:
        text = read_text(path, *given)
        living.touch()  # too late to be in the maps that were read
        return text

    monkeypatch.setattr(start_up, "SHARED_MEMORY", tmp_path)
    monkeypatch.setattr(Path, "read_text", read)
    assert start_up.remove_leftovers() == 1
    assert list(tmp_path.iterdir()) == [living]


def test_segments_of_other_users_do_not_keep_a_launch_from_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody but root may read the maps of root's drivers, or remove what is theirs."""
    for name in ("fastrtps_a_of_root", "fastrtps_b_leftover", "sem.fastrtps_b_leftover_mutex"):
        (tmp_path / name).touch()
    unlink = Path.unlink

    def allowed(path: Path, *, missing_ok: bool = False) -> None:
        if path.name.endswith("of_root"):
            raise PermissionError(1, "Operation not permitted", str(path))
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(start_up, "SHARED_MEMORY", tmp_path)
    monkeypatch.setattr(Path, "unlink", allowed)
    assert start_up.remove_leftovers() == 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["fastrtps_a_of_root"]
