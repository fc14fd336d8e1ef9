"""Robots that differ from their robot file, and sensors from their data sheet, drawn from a seed.

A new quantity is a range in settings.py and a draw in the file of its group. Each has a random
stream of its own: adding one changes no other.
"""

from ballbot_fusion.simulation.randomisation.settings import RandomisationSettings
from ballbot_fusion.simulation.randomisation.varied import Varied, varied

__all__ = ["RandomisationSettings", "Varied", "varied"]
