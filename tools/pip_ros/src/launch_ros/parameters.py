"""Parameters of a node, from a dictionary to the file that the node reads."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import yaml
from launch.substitution import Substitution, performed
from launch_ros.parameter_descriptions import ParameterValue

if TYPE_CHECKING:
    from launch.launch_context import LaunchContext


def write_parameters(context: LaunchContext, parameters: Mapping[str, Any], node: str) -> str:
    """Write a file with the parameters of one node; returns its path."""
    values = dict(flattened(context, parameters))
    with tempfile.NamedTemporaryFile(
        "w", dir=context.temporary_folder(), prefix="params_", suffix=".yaml", delete=False
    ) as file:
        yaml.safe_dump({node: {"ros__parameters": values}}, file)
    return file.name


def flattened(
    context: LaunchContext, parameters: Mapping[str, Any], prefix: str = ""
) -> Iterator[tuple[str, Any]]:
    """(name with dots, value) of each parameter in nested dictionaries."""
    for key, value in parameters.items():
        name = prefix + (key if isinstance(key, str) else performed(context, key))
        if isinstance(value, Mapping):
            yield from flattened(context, value, f"{name}.")
        else:
            yield name, evaluated(context, name, value)


def evaluated(context: LaunchContext, name: str, value: Any) -> Any:
    """The value of a parameter: text is read as YAML, so "5" is an integer, as in the real one."""
    if isinstance(value, ParameterValue):
        return value.evaluate(context)
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, str | Substitution):
        return from_text(name, performed(context, value))
    if not isinstance(value, list | tuple) or not value:
        raise TypeError(
            f"parameter {name!r}: expected a number, text or non-empty list, got {value!r}"
        )
    if any(isinstance(item, Substitution) for item in value):
        return from_text(name, performed(context, value))
    items = [evaluated(context, name, item) for item in value]
    if len({type(item) for item in items}) > 1:
        raise TypeError(f"parameter {name!r}: a list must be of one type, got {value!r}")
    return items


def from_text(name: str, text: str) -> Any:
    """A value as YAML reads it."""
    value = yaml.safe_load(text or "''")
    if not isinstance(value, bool | int | float | str | list):
        raise TypeError(
            f"parameter {name!r}: {text!r} is no number, text or list; if it is meant to be text,"
            " write ParameterValue(value, value_type=str)"
        )
    return value
