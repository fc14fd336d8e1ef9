"""An argument of a launch file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launch.action import Action
from launch.substitution import SomeSubstitutions, normalized, performed

if TYPE_CHECKING:
    from launch.launch_context import LaunchContext


class DeclareLaunchArgument(Action):
    """Sets a launch configuration to its default unless `name:=value` was given."""

    def __init__(
        self,
        name: str,
        *,
        default_value: SomeSubstitutions | None = None,
        description: str | None = None,
        choices: list[str] | None = None,
        **kwargs: object,
    ) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        if choices is not None and isinstance(default_value, str) and default_value not in choices:
            raise RuntimeError(
                f'Provided default_value "{default_value}" is not in provided choices "{choices}".'
            )
        self.name = name
        self.default_value = None if default_value is None else normalized(default_value)
        self.description = _described(description, choices)
        self.choices = choices

    def execute(self, context: LaunchContext) -> None:
        """Set the default, and check the value."""
        values = context.launch_configurations
        if self.name not in values:
            if self.default_value is None:
                raise RuntimeError(f'Required launch argument "{self.name}" was not provided.')
            values[self.name] = performed(context, self.default_value)
        if self.choices is not None and values[self.name] not in self.choices:
            raise RuntimeError(
                f'Argument "{self.name}" provided value "{values[self.name]}" is not valid.'
                f" Valid options are: {self.choices}"
            )


def _described(description: str | None, choices: list[str] | None) -> str:
    if choices is None:
        return description or "no description given"
    if description is None:
        return f"One of: {choices}"
    stop = "" if description.endswith(".") else "."
    return f"{description}{stop} Valid choices are: {choices}"
