"""Says by name what the stand-in does not have."""

from collections.abc import Callable, Iterable
from typing import Any, NoReturn

ADVICE = (
    "this is the stand-in of ballbot_fusion (tools/pip_ros), not ROS 2. Use what it has,"
    " add the part to tools/pip_ros, or install ROS 2, whose `launch` has it"
)


def missing_attribute(module: str, has: Iterable[str]) -> Callable[[str], NoReturn]:
    """A module-level ``__getattr__`` that names what the module has instead."""

    def refuse(name: str) -> NoReturn:
        if name.startswith("__"):  # Python itself asks for __path__ and the like
            raise AttributeError(name)
        have = ", ".join(sorted(has))
        raise AttributeError(f"{module} has no {name!r}, only {have}: {ADVICE}")

    return refuse


def unsupported_arguments(what: str, given: dict[str, Any]) -> None:
    """Raise if any keyword argument was given that ``what`` does not take."""
    if given:
        names = ", ".join(sorted(given))
        raise TypeError(f"{what}() does not take {names}: {ADVICE}")


def unsupported_value(what: str, value: object, options: Iterable[str]) -> NoReturn:
    """Raise because ``what`` takes only some values here."""
    raise ValueError(f"{what}={value!r} is not one of {', '.join(options)}: {ADVICE}")
