"""Robot files written back: one value changes, and no byte besides; or nothing at all."""

import difflib
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ballbot_fusion.calibration.changed import changed
from ballbot_fusion.calibration.outcome import Change
from ballbot_fusion.calibration.robot_file import EXPLAINED, with_change, write
from ballbot_fusion.core.robot import RobotConfig, load_robot
from ballbot_fusion.core.settings import SettingsError

CONFIG = Path(__file__).parents[3] / "config"
FILES = ("robot.yaml", "robot_color.yaml", "hardware/robot.yaml", "hardware/hidden_robot.yaml")
CHANGES = (
    Change("imu.gyro_bias", (0.0, 0.0, 0.0), (0.00123, -0.03, 0.00001)),
    Change("imu.rpy_deg", (0.0, 0.0, 0.0), (180.46, -0.4, 90.0)),
    Change("base.com_offset", (0.0, 0.0), (-0.0012, 0.0031)),
    Change("wheels.radius", 0.05, 0.0493),
)
STAMP = "2026-01-02_03-04-05"


def lines_changed(before: str, after: str) -> tuple[list[str], list[str]]:
    found = list(difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm=""))
    return (
        [line[1:] for line in found[2:] if line.startswith("-")],
        [line[1:] for line in found[2:] if line.startswith("+")],
    )


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.key)
def test_one_value_changes_and_every_comment_stays(name: str, change: Change) -> None:
    text = (CONFIG / name).read_text()
    gone, came = lines_changed(text, with_change(text, change))
    part, key = change.key.split(".")
    known = key in (yaml.safe_load(text).get(part) or {})
    assert len(gone) == int(known)
    assert 1 <= len(came) <= (1 if part in yaml.safe_load(text) else 2)
    if known:
        assert came[0].split("#", 1)[1] == gone[0].split("#", 1)[1]
    else:
        assert EXPLAINED[change.key] in came[-1] or part not in yaml.safe_load(text)


@settings(max_examples=60, deadline=None)
@given(values=st.tuples(*[st.floats(-0.5, 0.5).map(lambda v: round(v, 5))] * 3))
def test_what_is_written_is_what_is_read(values: tuple[float, ...]) -> None:
    change = Change("imu.gyro_bias", (0.0, 0.0, 0.0), values)
    for text in (
        "imu: {gyro_bias: [0.0, 0, 1]}",
        "imu:\n  gyro_bias:\n    - 0\n    - 1\n    - 2",
        "",
    ):
        read = yaml.safe_load(with_change(text, change))
        assert tuple(read["imu"]["gyro_bias"]) == values


@pytest.fixture
def owners(tmp_path: Path) -> Path:
    """A robot file that extends another one."""
    (tmp_path / "hardware").mkdir()
    for name in ("robot.yaml", "hardware/robot.yaml"):
        (tmp_path / name).write_text((CONFIG / name).read_text())
    return tmp_path / "hardware" / "robot.yaml"


def test_step_after_step_is_written_and_every_old_file_is_kept(owners: Path) -> None:
    first, robot = owners.read_text(), load_robot(str(owners))
    base = (owners.parents[1] / "robot.yaml").read_text()
    owners.chmod(0o640)
    kept = []
    for change in CHANGES:
        robot = changed(robot, change)
        kept.append(write(owners, change, STAMP))
        assert load_robot(str(owners)) == robot
    assert len(set(kept)) == len(CHANGES)
    assert kept[0].read_text() == first
    assert owners.stat().st_mode & 0o777 == 0o640
    assert (owners.parents[1] / "robot.yaml").read_text() == base
    assert not list(owners.parent.glob(".*"))


def test_the_target_of_a_link_is_written(owners: Path, tmp_path: Path) -> None:
    link = tmp_path / "mine.yaml"
    link.symlink_to(owners)
    write(link, CHANGES[3], STAMP)
    assert link.is_symlink()
    assert load_robot(str(owners)).wheels.radius == 0.0493


@pytest.mark.parametrize(
    ("text", "change", "words"),
    [
        ("imu: [", CHANGES[0], "not valid YAML"),
        ("imu: 3\n", CHANGES[0], "imu"),
        ("imu: !!python/object/apply:os.abort []\n", CHANGES[0], "not valid YAML"),
        ("- 1\n", CHANGES[0], "a valid dictionary|no map"),
        ("imu: {gyro_bias: [0, 0, 0]}\n", Change("imu.gyro_bias", 0.0, (9.0, 0.0, 0.0)), "9.0"),
        (
            "imu: {position: &p [0.0, 0.0, 0.0], rpy_deg: *p}\n", CHANGES[1],
            "other values would change",
        ),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_changed_stays_as_it_is(
    tmp_path: Path, text: str, change: Change, words: str
) -> None:
    path = tmp_path / "robot.yaml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=words):
        write(path, change, STAMP)
    assert path.read_text() == text
    assert [entry.name for entry in tmp_path.iterdir()] == ["robot.yaml"]


def test_an_empty_file_is_a_robot_file() -> None:
    read = yaml.safe_load(with_change("", CHANGES[2]))
    assert RobotConfig.model_validate(read).base.com_offset == CHANGES[2].new
