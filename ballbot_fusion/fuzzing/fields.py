"""The fields of a message, read from its definition: names, types, and how to set one."""

import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

_SEQUENCE = re.compile(r"sequence<(?P<item>.+?)(, *(?P<most>\d+))?>")
_ARRAY = re.compile(r"(?P<item>.+)\[(?P<count>\d+)\]")
INTEGERS = {
    **{f"int{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32, 64)},
    **{f"uint{bits}": (0, 2**bits - 1) for bits in (8, 16, 32, 64)},
}
"""Least and largest value by type."""


class Several(NamedTuple):
    """A field with several values of one type."""

    item: str
    number: int | None
    """How many; None when that is open."""
    most: int | None = None
    """The largest number, of a bounded sequence."""


def several(kind: str) -> Several | None:
    """Split the type of an array or sequence; None for a single value."""
    if found := _SEQUENCE.fullmatch(kind):
        return Several(found["item"], None, int(found["most"]) if found["most"] else None)
    if found := _ARRAY.fullmatch(kind):
        return Several(found["item"], int(found["count"]))
    return None


def message_class(kind: str) -> type | None:
    """Return the class of a type ``package/Name``; None for a type that is no message."""
    package, _, name = kind.rpartition("/")
    if not package or several(kind):
        return None
    found: type = getattr(import_module(package.removesuffix("/msg") + ".msg"), name)
    return found


@cache
def leaves(message: Any) -> dict[str, str]:
    """Every field of a message class by dotted name, nested messages opened: its type."""
    found: dict[str, str] = {}
    for name, kind in message.get_fields_and_field_types().items():
        nested = message_class(kind)
        if nested is None:
            found[name] = kind
        else:
            found.update({f"{name}.{path}": leaf for path, leaf in leaves(nested).items()})
    return found


@dataclass(frozen=True)
class Shift:
    """Instead of a value: the one that is there, and so much more, within its type."""

    by: int


def put(message: Any, path: str, value: Any) -> None:
    """Set the field ``path`` of a message to ``value``."""
    *groups, name = path.split(".")
    for group in groups:
        message = getattr(message, group)
    if isinstance(value, Shift):
        low, high = INTEGERS[message.get_fields_and_field_types()[name]]
        value = min(max(getattr(message, name) + value.by, low), high)
    setattr(message, name, value)
