"""What may go wrong between a sensor and its reader. A new fault is a file here, a line in line.py
and its rows in core/reactions/, which say what the robot does; docs/faults.md shows them all.
"""

from ballbot_fusion.simulation.faults.fault import ALWAYS, Fault, FaultPlan
from ballbot_fusion.simulation.faults.line import FAULTS, FaultLine, streams_of
from ballbot_fusion.simulation.faults.order import Order

__all__ = ["ALWAYS", "FAULTS", "Fault", "FaultLine", "FaultPlan", "Order", "streams_of"]
