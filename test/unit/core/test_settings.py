"""Settings files that hold what differs from another one."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ConfigDict

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.settings import Settings, SettingsError, load

masses = st.floats(1.0, 20.0)


class Anything(Settings):
    """What a file holds, unchecked."""

    model_config = ConfigDict(extra="allow")


def write(folder: Path, file: str, **values: object) -> Path:
    path = folder / file
    path.write_text(yaml.safe_dump(values), encoding="utf-8")
    return path


@given(mass=masses, height=masses)
def test_what_differs_wins_and_the_rest_stays(
    mass: float, height: float, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("robots")
    write(folder, "old.yaml", name="old", base={"mass": 5.0, "com_height": 0.3}, ball={"mass": 1.5})
    path = write(folder, "new.yaml", extends="old.yaml", base={"mass": mass, "height": height})
    found = load(RobotConfig, path)
    assert (found.name, found.ball.mass) == ("old", 1.5)
    assert (found.base.mass, found.base.com_height, found.base.height) == (mass, 0.3, height)


def test_lists_are_replaced_and_files_extend_files_that_extend(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", keys=[1, 2, 3], deep={"a": {"b": 1, "c": 2}}, name="a")
    write(tmp_path, "b.yaml", extends="a.yaml", keys=[4], deep={"a": {"c": 3}})
    found = load(Anything, write(tmp_path, "c.yaml", extends="b.yaml", name="c"))
    assert found.model_dump() == {"keys": [4], "deep": {"a": {"b": 1, "c": 3}}, "name": "c"}


def test_a_circle_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", extends="b.yaml")
    path = write(tmp_path, "b.yaml", extends="a.yaml")
    with pytest.raises(SettingsError, match=r"b\.yaml -> a\.yaml -> b\.yaml"):
        load(Anything, path)


def test_a_file_that_is_not_there_is_named_with_the_one_that_wants_it(tmp_path: Path) -> None:
    path = write(tmp_path, "a.yaml", extends="nowhere.yaml")
    with pytest.raises(SettingsError, match=r"nowhere\.yaml.*a\.yaml extends"):
        load(Anything, path)


def test_a_wrong_key_of_the_base_is_refused_too(tmp_path: Path) -> None:
    write(tmp_path, "old.yaml", wheelz={})
    path = write(tmp_path, "new.yaml", extends="old.yaml", name="new")
    with pytest.raises(SettingsError, match="wheelz"):
        load(RobotConfig, path)
