"""The stand of the simulated hardware: it does to the robot what the doctor asks people for."""

from rclpy.node import Node
from std_msgs.msg import String

from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.topic_names import ASKS
from ballbot_fusion.nodes import qos
from ballbot_fusion.nodes.intake import Intake
from ballbot_fusion.simulation.hand import COVER_S, COVERS, Hand
from ballbot_fusion.simulation.simulation import Simulation


class Stand:
    """Hears what is asked for, and has the hand do it while the stand holds the robot."""

    def __init__(self, node: Node, simulation: Simulation) -> None:
        """Listen."""
        self._asks = Intake(node, String, ASKS, qos.LATCHED, lambda m: str(m.data))
        self._simulation, self._hand = simulation, Hand(simulation)

    def hear(self) -> str:
        """Begin what was asked for; return the fault of a camera that it takes, if it does."""
        for name in self._asks.take():
            if self._simulation.held and name in COVERS:
                return f"camera_{COVERS.index(name)} black for {COVER_S:g}"
            if name:
                self._hand.begin(name)
        return ""

    def let_go(self) -> None:
        """End what was begun."""
        self._hand.begin("")

    def torques(self) -> Vector:
        """Do one millisecond of it; return what it takes at the wheels, N m."""
        return self._hand.move()
