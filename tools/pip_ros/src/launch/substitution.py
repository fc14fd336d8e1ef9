"""A substitution: text that is known only once launching."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike, fspath
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from launch.launch_context import LaunchContext


class Substitution:
    """Base of everything in ``launch.substitutions``."""

    def describe(self) -> str:
        """How `--show-args` prints it."""
        return f"{type(self).__name__}()"

    def perform(self, context: LaunchContext) -> str:
        """The text that it stands for."""
        raise NotImplementedError


class SubstitutionFailure(RuntimeError):
    """The text cannot be found out."""


SomeSubstitutions: TypeAlias = "str | PathLike | Substitution | Iterable[str | Substitution]"


class _Text(Substitution):
    def __init__(self, text: str) -> None:
        self.text = text

    def describe(self) -> str:
        return repr(self.text)

    def perform(self, context: LaunchContext) -> str:
        return self.text


def normalized(some: SomeSubstitutions) -> list[Substitution]:
    """Any way of writing a text, as a list of substitutions whose texts are joined."""
    if isinstance(some, Substitution):
        return [some]
    if isinstance(some, str | PathLike):
        return [_Text(fspath(some))]
    return [part for item in some for part in normalized(item)]


def performed(context: LaunchContext, some: SomeSubstitutions) -> str:
    """The joined text of one or several substitutions."""
    return "".join(context.perform_substitution(s) for s in normalized(some))
