"""A parameter whose type is stated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml
from launch._refuse import missing_attribute, unsupported_value
from launch.substitution import SomeSubstitutions, performed

if TYPE_CHECKING:
    from launch.launch_context import LaunchContext

__all__ = ["ParameterValue"]
__getattr__ = missing_attribute(__name__, __all__)


class ParameterValue:
    """A parameter's value as a type (bool, int, float or str) instead of as YAML guesses it."""

    def __init__(self, value: SomeSubstitutions | Any, *, value_type: type | None = None) -> None:
        if value_type not in (None, bool, int, float, str):
            unsupported_value("value_type", value_type, ("bool", "int", "float", "str"))
        self._value, self._type = value, value_type

    def evaluate(self, context: LaunchContext) -> Any:
        """The value, in its type."""
        plain = isinstance(self._value, bool | int | float)
        text = str(self._value) if plain else performed(context, self._value)
        if self._type is str:
            return text
        value = yaml.safe_load(text)
        if self._type is float and type(value) is int:
            return float(value)
        if self._type is not None and type(value) is not self._type:
            raise ValueError(f"expected a {self._type.__name__}, got {text!r}")
        return value
