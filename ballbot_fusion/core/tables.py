"""Plain name -> module tables: a new variant is one file and one line."""

from collections.abc import Mapping
from importlib import import_module
from types import ModuleType


def load_entry(table: Mapping[str, str], name: str, what: str) -> ModuleType:
    """Import the module that ``table`` has under ``name``; ``what`` is such an entry, in words.

    Raises:
        ValueError: the table has no such name; the text says which it has.
    """
    if name not in table:
        raise ValueError(f"Unknown {what} {name!r}; choose one of {', '.join(table)}.")
    return import_module(table[name])
