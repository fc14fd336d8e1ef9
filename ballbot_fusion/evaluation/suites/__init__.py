"""Evaluation suites. A new one is a file here and a line in the table."""

from importlib import import_module
from types import ModuleType

SUITES = {
    "balance": "ballbot_fusion.evaluation.suites.balance",
    "track": "ballbot_fusion.evaluation.suites.track",
}
"""Module with ``scenarios``, ``run`` and ``rows`` by name."""
HELD_OUT = 10_000
"""First seed of evaluations; training draws its own from other streams."""


def load_suite(name: str) -> ModuleType:
    """Import a suite.

    Raises:
        ValueError: no such suite.
    """
    if name not in SUITES:
        raise ValueError(f"Unknown suite {name!r}; choose one of {', '.join(SUITES)}.")
    return import_module(SUITES[name])
