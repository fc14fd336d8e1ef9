"""Something that a launch file has done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias

from launch._refuse import unsupported_arguments

if TYPE_CHECKING:
    from launch.conditions import Condition
    from launch.launch_context import LaunchContext


class Action:
    """Base of everything in ``launch.actions``."""

    def __init__(self, *, condition: Condition | None = None, **unsupported: object) -> None:
        unsupported_arguments(type(self).__name__, unsupported)
        self.condition = condition

    def visit(self, context: LaunchContext) -> SomeEntities:
        """Carry it out if its condition holds; returns what is to be visited next."""
        if self.condition is not None and not self.condition.evaluate(context):
            return None
        return self.execute(context)

    def execute(self, context: LaunchContext) -> SomeEntities:
        """Carry it out."""
        raise NotImplementedError


SomeEntities: TypeAlias = "Action | Iterable[SomeEntities] | None"
