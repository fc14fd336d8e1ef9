"""Settings: one validated, immutable pydantic model per YAML file."""

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

EXTENDS = "extends"
"""Key of a file that another one begins with."""


class Settings(BaseModel):
    """Base of everything a person may configure; refuses unknown keys and non-finite numbers."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, use_attribute_docstrings=True
    )


class SettingsError(ValueError):
    """A settings file or value cannot be used. The text says what, found, expected, what to do."""


SettingsT = TypeVar("SettingsT", bound=Settings)


def explain(error: ValidationError, source: str) -> str:
    """Put a validation error in words: one line per wrong key, with what was found."""
    lines = [f"{source} is not valid:"]
    for problem in error.errors():
        key = ".".join(str(part) for part in problem["loc"]) or "(the whole)"
        lines.append(f"  {key}: {problem['msg']}, found {problem['input']!r}")
    lines.append("Correct the keys named above; config/ holds commented examples of every file.")
    return "\n".join(lines)


def validate(model: type[SettingsT], values: object, source: str) -> SettingsT:
    """Check ``values`` against ``model``; raise SettingsError naming every wrong key."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise SettingsError(explain(error, source)) from None


def load(model: type[SettingsT], path: Path | str) -> SettingsT:
    """Read a YAML file into ``model``; raise SettingsError when it is missing, broken or wrong.

    A file that says ``extends: OTHER.yaml`` (beside it) holds what differs from that one: its keys
    win, maps are merged, lists replaced.
    """
    return validate(model, _read(Path(path), ()), str(path))


def said_in(path: Path | str) -> dict[str, Any]:
    """Return what a file that ``load`` has read says itself, without the one that it extends."""
    values = yaml.safe_load(Path(path).read_text(encoding="utf-8")) or {}
    return {key: value for key, value in values.items() if key != EXTENDS}


def _read(path: Path, extending: tuple[Path, ...]) -> object:
    if path in extending:
        names = " -> ".join(file.name for file in (*extending, path))
        raise SettingsError(f"{path} extends itself: {names}. Leave one `{EXTENDS}` out.")
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        asked = f", which {extending[-1]} extends" if extending else ""
        raise SettingsError(
            f"Cannot read {path}{asked}: {error.strerror}. Give a YAML file."
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not valid YAML: {error}. Correct it there.") from None
    if not isinstance(values, dict) or EXTENDS not in values:
        return {} if values is None else values
    base = _read(path.parent / str(values.pop(EXTENDS)), (*extending, path))
    return _merged(base, values)


def _merged(base: object, over: object) -> object:
    """Put ``over`` on ``base``: maps key by key, everything else whole."""
    if not (isinstance(base, dict) and isinstance(over, dict)):
        return over
    shared = {key: _merged(base[key], over[key]) for key in base.keys() & over.keys()}
    return {**base, **over, **shared}
