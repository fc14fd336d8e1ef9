"""What a launch file returns."""

from __future__ import annotations

from collections.abc import Iterable

from launch.action import Action
from launch.actions.declare_launch_argument import DeclareLaunchArgument
from launch.launch_context import LaunchContext


class LaunchDescription(Action):
    """A list of actions, carried out in order."""

    def __init__(self, initial_entities: Iterable[Action] | None = None) -> None:
        super().__init__()
        self.entities = list(initial_entities or [])

    def add_action(self, action: Action) -> None:
        """Append an action."""
        self.entities.append(action)

    def execute(self, context: LaunchContext) -> list[Action]:
        """The actions, to be visited one after the other."""
        return self.entities

    def get_launch_arguments(self) -> list[DeclareLaunchArgument]:
        """The arguments that it declares, those of descriptions in it included."""
        found: list[DeclareLaunchArgument] = []
        for entity in self.entities:
            if isinstance(entity, DeclareLaunchArgument):
                found.append(entity)
            elif isinstance(entity, LaunchDescription):
                found.extend(entity.get_launch_arguments())
        return found
