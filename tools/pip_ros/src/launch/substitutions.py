"""Texts that are known only once launching."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from launch._refuse import missing_attribute
from launch.substitution import (
    SomeSubstitutions,
    Substitution,
    SubstitutionFailure,
    normalized,
    performed,
)

if TYPE_CHECKING:
    from launch.launch_context import LaunchContext

__all__ = [
    "EnvironmentVariable",
    "LaunchConfiguration",
    "PathJoinSubstitution",
    "SubstitutionFailure",
    "TextSubstitution",
]
__getattr__ = missing_attribute(__name__, __all__)


class TextSubstitution(Substitution):
    """A text that is known already."""

    def __init__(self, *, text: str) -> None:
        if not isinstance(text, str):
            raise TypeError(f"TextSubstitution expected a str, got {text!r}")
        self.text = text

    def describe(self) -> str:
        """The text, quoted."""
        return repr(self.text)

    def perform(self, context: LaunchContext) -> str:
        """The text."""
        return self.text


class LaunchConfiguration(Substitution):
    """The value of a launch argument."""

    def __init__(self, variable_name: SomeSubstitutions, *, default: object = None) -> None:
        self.variable_name = normalized(variable_name)
        self._default = default

    def describe(self) -> str:
        """As the real one prints it."""
        return f"LaunchConfig({_described(self.variable_name)})"

    def perform(self, context: LaunchContext) -> str:
        """The value, or the default."""
        name = performed(context, self.variable_name)
        if name in context.launch_configurations:
            return context.launch_configurations[name]
        if self._default is None:
            raise SubstitutionFailure(f"launch configuration '{name}' does not exist")
        if isinstance(self._default, int | float):
            return str(self._default)
        return performed(context, self._default)  # type: ignore[arg-type]


class EnvironmentVariable(Substitution):
    """The value of an environment variable."""

    def __init__(
        self, name: SomeSubstitutions, *, default_value: SomeSubstitutions | None = None
    ) -> None:
        self.name = normalized(name)
        self.default_value = default_value

    def describe(self) -> str:
        """As the real one prints it."""
        return f"EnvVar({_described(self.name)})"

    def perform(self, context: LaunchContext) -> str:
        """The value, or the default."""
        name = performed(context, self.name)
        if name in context.environment:
            return context.environment[name]
        if self.default_value is None:
            raise SubstitutionFailure(f"environment variable '{name}' does not exist")
        return performed(context, self.default_value)


class PathJoinSubstitution(Substitution):
    """Parts of a path, joined."""

    def __init__(self, substitutions: Iterable[str | Substitution]) -> None:
        # One substitution is one part of the path: a list within the list came later than Jazzy.
        self.substitutions = [_single(part) for part in substitutions]

    def describe(self) -> str:
        """As the real one prints it."""
        return f"PathJoin('{_described(self.substitutions)}')"

    def perform(self, context: LaunchContext) -> str:
        """The path."""
        return os.path.join(*(part.perform(context) for part in self.substitutions))  # noqa: PTH118


def _single(part: str | Substitution) -> Substitution:
    if not isinstance(part, str | Substitution):
        raise TypeError(f"PathJoinSubstitution expected text or a substitution, got {part!r}")
    return normalized(part)[0]


def _described(parts: Iterable[Substitution]) -> str:
    return " + ".join(part.describe() for part in parts)
