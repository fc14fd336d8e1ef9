"""Evaluation suites. A new one is a file here and a line in the table."""

from types import ModuleType

from ballbot_fusion.core.tables import load_entry
from ballbot_fusion.simulation.terrain.seeds import HELD_OUT_SEEDS

SUITES = {
    "balance": "ballbot_fusion.evaluation.suites.balance",
    "estimation": "ballbot_fusion.evaluation.suites.estimation",
    "estimation_hardware": "ballbot_fusion.evaluation.suites.estimation_hardware",
    "faults": "ballbot_fusion.evaluation.suites.faults",
    "hazard": "ballbot_fusion.evaluation.suites.hazard",
    "instructions": "ballbot_fusion.evaluation.suites.instructions",
    "motors": "ballbot_fusion.evaluation.suites.motors",
    "push": "ballbot_fusion.evaluation.suites.push",
    "sensors": "ballbot_fusion.evaluation.suites.sensors",
    "track": "ballbot_fusion.evaluation.suites.track",
    "transfer": "ballbot_fusion.evaluation.suites.transfer",
}
"""Module with ``TERRAINS_BY_DEFAULT``, ``scenarios``, ``run`` and ``rows`` by name."""
HELD_OUT = HELD_OUT_SEEDS.start
"""First seed of evaluations; training never draws it or the ones after it."""


def load_suite(name: str) -> ModuleType:
    """Import a suite.

    Raises:
        ValueError: no such suite.
    """
    return load_entry(SUITES, name, "suite")
