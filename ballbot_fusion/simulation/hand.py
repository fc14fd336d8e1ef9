"""A hand that does to the robot on its stand what people are asked to: tilt, lift, turn a wheel.

What it does follows from when it began; the stand moves with it.
"""

from math import cos, pi, radians, sin

import numpy as np

from ballbot_fusion.core import rotation
from ballbot_fusion.core.kinematics import wheel_matrix
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.simulation.simulation import STEP_NS, Simulation

NOTHING: Vector = (0.0, 0.0, 0.0)
TILT_DEG = 15.0
LEANING_S, HOLDING_S = 0.6, 1.2
"""How long it takes to tilt or lift the robot, and how long it stays there, s."""
TURN_S = 1.5
"""One turn of a wheel."""
GRIP = 50.0
"""How fast a wheel follows the hand, 1/s."""
LIFT_M = 0.15
TILT, LIFT = "tilt_forward", "lift"
TURNS = ("turn_wheel_1", "turn_wheel_2", "turn_wheel_3")
COVERS = ("cover_camera_0", "cover_camera_1")
COVER_S = 2.0


class Hand:
    """One hand for one simulation."""

    def __init__(self, simulation: Simulation) -> None:
        """Begin with nothing to do."""
        self._simulation = simulation
        matrix = wheel_matrix(simulation.robot)
        inertia = simulation.robot.ball.inertia
        self._hold = inertia * GRIP * np.linalg.inv(matrix @ matrix.T)
        self._doing = ""
        self._began_ns = 0

    def begin(self, name: str) -> bool:
        """Begin what is asked for, in place of what was begun; False where it cannot be.

        Only a robot that the stand holds is touched. Covering a camera is up to whoever renders.
        """
        if self._doing in (TILT, LIFT) and self._simulation.held:
            self._carry(0.0)
        self._doing = ""
        if not self._simulation.held or name not in (TILT, LIFT, *TURNS):
            return False
        self._doing, self._began_ns = name, self._simulation.time_ns
        data = self._simulation.data
        self._rest = np.array(data.mocap_quat[0])
        self._height = float(data.mocap_pos[0, 2])
        return True

    def move(self) -> Vector:
        """Do one millisecond of it; return the torques at the wheels [N m] that it takes."""
        if not self._doing:
            return NOTHING
        seconds = (self._simulation.time_ns + STEP_NS - self._began_ns) * 1e-9
        carried = self._doing in (TILT, LIFT)
        last_s = 2.0 * LEANING_S + HOLDING_S if carried else TURN_S + 1.0
        if not self._simulation.held or seconds > last_s:
            self._doing = ""
            return NOTHING
        if carried:
            rising = min(seconds, last_s - seconds) / LEANING_S
            self._carry(0.5 - 0.5 * cos(pi * min(rising, 1.0)))
            return NOTHING
        return self._turn(TURNS.index(self._doing), seconds)

    def _carry(self, share: float) -> None:
        """Lift the stand, or tilt it forward about y of base_link, by a share of the whole."""
        if self._doing == LIFT:
            self._simulation.data.mocap_pos[0, 2] = self._height + LIFT_M * share
            return
        w, x, y, z = self._rest.tolist()
        half = 0.5 * radians(TILT_DEG) * share
        a, b, c, d = rotation.multiply((x, y, z, w), (0.0, sin(half), 0.0, cos(half)))
        self._simulation.data.mocap_quat[0] = [d, a, b, c]

    def _turn(self, wheel: int, seconds: float) -> Vector:
        wanted = np.zeros(3)
        wanted[wheel] = 2.0 * pi / TURN_S if seconds < TURN_S else 0.0
        torques = self._hold @ (wanted - self._simulation.data.actuator_velocity)
        a, b, c = torques.tolist()
        return a, b, c
