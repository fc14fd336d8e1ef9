"""A robot file with one value changed: comments, order and everything else stay as they are.

Written whole beside the old one, read back, and put in its place in one go (rename(2)): whoever
reads it sees the old file or the new one. The old one is kept.
"""

import os
import shutil
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError

from ballbot_fusion.calibration.changed import changed
from ballbot_fusion.calibration.outcome import Change
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.settings import SettingsError, load

WIDTH = 4096
"""No line is folded."""
COLUMN = 28
"""Where comments begin in our files."""
EXPLAINED = {
    "imu.gyro_bias": "rad/s about the IMU's own axes, at rest; by `ballbot calibrate imu`",
    "imu.rpy_deg": "degrees; how the IMU is mounted; by `ballbot calibrate gravity`",
    "base.com_offset": "m ahead and to the left; by `ballbot calibrate balance`",
    "wheels.radius": "m; wheel centre to roller contact; by `ballbot calibrate wheels`",
}
"""Comments of values that a file did not have."""


class _Plain(float):
    """A number that is written without an exponent: 6e-05 would be read as text (YAML 1.1)."""

    def text(self) -> str:
        """Write six decimals at most."""
        whole, _, rest = f"{self:.6f}".partition(".")
        return f"{whole}.{rest.rstrip('0') or '0'}"


def _yaml() -> YAML:
    """Return what reads and writes as our files are written; it builds no objects of tags."""
    yaml = YAML(typ="rt")
    yaml.preserve_quotes, yaml.width = True, WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.representer.add_representer(
        type(None), lambda out, _: out.represent_scalar("tag:yaml.org,2002:null", "null")
    )
    yaml.representer.add_representer(
        _Plain, lambda out, number: out.represent_scalar("tag:yaml.org,2002:float", number.text())
    )
    return yaml


def with_change(text: str, change: Change) -> str:
    """Return the text of a robot file with one value changed.

    A value that is not in it, because another file that it extends has it or none does, is added
    to its part, which is added at the end where it is missing too.

    Raises:
        SettingsError: this is no robot file.
    """
    round_trip = _yaml()
    try:
        whole = round_trip.load(text)
    except YAMLError as error:
        raise SettingsError(f"The robot file is not valid YAML: {error}. Correct it.") from None
    whole = CommentedMap() if whole is None else whole
    part, key = change.key.split(".")
    values = whole.setdefault(part, CommentedMap()) if isinstance(whole, CommentedMap) else None
    if not isinstance(values, CommentedMap):
        raise SettingsError(
            f"The robot file has no map `{part}:` to write {key} into. Write it as in "
            "config/robot.yaml."
        )
    _put(values, change, key)
    out = StringIO()
    round_trip.dump(whole, out)
    return out.getvalue()


def _put(values: CommentedMap, change: Change, key: str) -> None:
    """Set a value; of a list each number, so that its style and comments stay."""
    old, new = values.get(key), change.new
    if isinstance(old, CommentedSeq) and isinstance(new, tuple) and len(old) == len(new):
        for place, number in enumerate(new):
            old[place] = _Plain(number)
        return
    fresh: Any
    if isinstance(new, tuple):
        fresh = CommentedSeq(map(_Plain, new))
        fresh.fa.set_flow_style()
    else:
        fresh = _Plain(new)
    if key in values:
        values[key] = fresh
        return
    # Not behind the last one, which has the empty lines and comments that end the part.
    values.insert(max(len(values) - 1, 0), key, fresh)
    values.yaml_add_eol_comment(EXPLAINED[change.key], key, column=COLUMN)


def write(path: Path, change: Change, stamp: str) -> Path:
    """Change one value of a robot file; return where the old file is kept.

    Args:
        path: of the file; a link's target is changed.
        change: its ``new`` is written.
        stamp: for the name of the old file, so that none is ever overwritten.

    Raises:
        SettingsError: the file is none, or would not say what it must.
        OSError: the folder cannot be written to.
    """
    path = path.resolve()
    text = path.read_text(encoding="utf-8")
    before = load(RobotConfig, path)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        fresh.write_text(with_change(text, change), encoding="utf-8")
        shutil.copymode(path, fresh)
        if load(RobotConfig, fresh) != changed(before, change):
            raise SettingsError(
                f"{path} was not changed: with {change.key} written, other values would change "
                f"too (an anchor?). Write {change.key}: {change.new} by hand."
            )
        old = _kept(path, stamp)
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    return old


def _kept(path: Path, stamp: str) -> Path:
    """Copy a file to a name that is not taken; return it."""
    for number in range(100):
        more = f"-{number}" if number else ""
        old = path.with_name(f"{path.name}.{stamp}{more}")
        if not old.exists():
            shutil.copy2(path, old)
            return old
    raise SettingsError(f"{path.name}.{stamp}-* are a hundred already. Remove what is not needed.")
