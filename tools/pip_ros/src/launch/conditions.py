"""When an action is carried out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launch._refuse import missing_attribute
from launch.substitution import SomeSubstitutions, performed

if TYPE_CHECKING:
    from launch.launch_context import LaunchContext

__all__ = ["IfCondition", "InvalidConditionExpressionError", "UnlessCondition"]
__getattr__ = missing_attribute(__name__, __all__)


class InvalidConditionExpressionError(Exception):
    """The text is neither true nor false."""


class Condition:
    """Base of the conditions."""

    def evaluate(self, context: LaunchContext) -> bool:
        """Whether it holds now."""
        raise NotImplementedError


class IfCondition(Condition):
    """Holds if a text is true or 1."""

    def __init__(self, predicate_expression: SomeSubstitutions) -> None:
        self._expression = predicate_expression

    def evaluate(self, context: LaunchContext) -> bool:
        """Whether the text is true or 1; false and 0 are not, and anything else is an error."""
        text = performed(context, self._expression)
        if text.strip().lower() not in ("true", "1", "false", "0"):
            raise InvalidConditionExpressionError(
                f"valid condition expressions are 'true', 'false', '1' and '0', got {text!r}"
            )
        return text.strip().lower() in ("true", "1")


class UnlessCondition(IfCondition):
    """Holds if a text is false or 0."""

    def evaluate(self, context: LaunchContext) -> bool:
        """The opposite of IfCondition."""
        return not super().evaluate(context)
