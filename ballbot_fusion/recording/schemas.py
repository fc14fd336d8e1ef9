"""Message definitions as recordings carry them: complete, from the definitions that are installed.

A schema of encoding ``ros2msg`` is the text of the message's .msg file, then those of all messages
that it is made of, each behind a line of 80 ``=`` and its name (https://mcap.dev/spec/registry).
"""

import os
import re
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

SEPARATOR = "=" * 80
PRIMITIVES = frozenset((
    "bool", "byte", "char", "float32", "float64", "int8", "int16", "int32", "int64", "string",
    "uint8", "uint16", "uint32", "uint64", "wstring",
))  # fmt: skip
_FIELD = re.compile(r"^\s*([A-Za-z][\w/]*)(?:<=\d+)?(?:\[[^\]]*\])?\s+[A-Za-z]\w*\s*(=)?")
_NAME = re.compile(r"^[A-Za-z]\w*/msg/[A-Za-z]\w*$")


class SchemaError(ValueError):
    """A message's definition cannot be found. The text says which, where, and what to do."""


@lru_cache(maxsize=256)
def installed(name: str) -> str:
    """Return the definition of ``package/msg/Type`` as it is installed on this machine.

    Raises:
        SchemaError: there is none.
    """
    if not _NAME.match(name):
        raise SchemaError(f"{name!r} is no message type, expected package/msg/Type.")
    package, _, kind = name.split("/")
    prefixes = [*os.environ.get("AMENT_PREFIX_PATH", "").split(os.pathsep), sys.prefix]
    for prefix in filter(None, prefixes):
        path = Path(prefix) / "share" / package / "msg" / f"{kind}.msg"
        if path.is_file():
            return path.read_text(encoding="utf-8")
    raise SchemaError(
        f"The definition of {name} is under share/{package}/msg of none of "
        f"{', '.join(filter(None, prefixes))}. Install the package {package}."
    )


def parts_of(name: str, text: str) -> list[str]:
    """Return the message types that the definition ``text`` of ``name`` names, in its order."""
    found: dict[str, None] = {}
    for line in text.splitlines():
        field = _FIELD.match(line.split("#")[0])
        # ``bool X=true`` is a constant; those are of primitive types only.
        if field is None or field[1] in PRIMITIVES:
            continue
        found.setdefault(_full(name, field[1]))
    return list(found)


def _full(name: str, part: str) -> str:
    """Write a type in full that a definition of the same package may shorten."""
    words = part.split("/")
    package = name.split("/")[0] if len(words) == 1 else words[0]
    return f"{package}/msg/{words[-1]}"


def schema_of(name: str, definition: Callable[[str], str] = installed) -> str:
    """Return the complete schema text of ``package/msg/Type``.

    Raises:
        SchemaError: a definition is missing.
    """
    texts: dict[str, str] = {}
    waiting = [name]
    while waiting:
        kind = waiting.pop(0)
        if kind not in texts:
            texts[kind] = definition(kind)
            waiting += parts_of(kind, texts[kind])
    whole = texts.pop(name)
    for kind, text in texts.items():
        package, _, short = kind.split("/")
        whole += f"\n{SEPARATOR}\nMSG: {package}/{short}\n{text}"
    return whole
