"""A hand that does to the robot on its stand what people are asked to: tilt, lift, turn a wheel,
hold it upright, push it along a known way.

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
UPRIGHT, PUSH = "hold_upright", "push"
"""A push comes with its way: ``push 1.5``, there and back."""
WAITS_S, STOPS_S = 1.5, 1.2
"""Rest before a push, and at both marks, s."""
PACE = 0.4
"""Mean speed of a push, m/s."""
LONGEST_M = 10.0
PRESSED_M = 0.0015
"""How far the stand lowers the robot for a push, m: the ball then bears its weight, about."""


def _way_of(name: str) -> float | None:
    """How far a push goes, m; None for everything else."""
    word, _, way = name.partition(" ")
    try:
        metres = float(way) if word == PUSH else 0.0
    except ValueError:
        return None
    return metres if 0.0 < metres <= LONGEST_M else None


def _share(seconds: float, lasts_s: float) -> float:
    """Smoothly from 0 to 1 within ``lasts_s``."""
    return 0.5 - 0.5 * cos(pi * min(max(seconds / lasts_s, 0.0), 1.0))


class Hand:
    """One hand for one simulation."""

    def __init__(self, simulation: Simulation) -> None:
        """Begin with nothing to do."""
        self._simulation = simulation
        self._stand, self._stand_turn = simulation.stand
        matrix = wheel_matrix(simulation.robot)
        inertia = simulation.robot.ball.inertia
        self._hold = inertia * GRIP * np.linalg.inv(matrix @ matrix.T)
        self._doing = ""
        self._began_ns = 0
        self._way = 0.0
        self._place = np.zeros(3)

    def begin(self, name: str) -> bool:
        """Begin what is asked for, in place of what was begun; False where it cannot be.

        Only a robot that the stand holds is touched. Covering a camera is up to whoever renders.
        """
        if self._doing in (TILT, LIFT) and self._simulation.held:
            self._carry(0.0)
        if self._doing == PUSH and self._simulation.held:
            self._stand[:] = self._place
        self._doing = ""
        way = _way_of(name)
        if not self._simulation.held or (way is None and name not in (TILT, LIFT, UPRIGHT, *TURNS)):
            return False
        self._doing, self._began_ns = name if way is None else PUSH, self._simulation.time_ns
        self._rest, self._place = np.array(self._stand_turn), np.array(self._stand)
        self._way = way or 0.0
        return True

    def move(self) -> Vector:
        """Do one millisecond of it; return the torques at the wheels [N m] that it takes."""
        if not self._doing:
            return NOTHING
        seconds = (self._simulation.time_ns + STEP_NS - self._began_ns) * 1e-9
        if self._doing == UPRIGHT and self._simulation.held:  # until something else is asked for
            self._raise(_share(seconds, LEANING_S))
            return NOTHING
        if self._doing == PUSH and self._simulation.held:
            self._push(seconds - WAITS_S)
            return NOTHING
        carried = self._doing in (TILT, LIFT)
        last_s = 2.0 * LEANING_S + HOLDING_S if carried else TURN_S + 1.0
        if not self._simulation.held or seconds > last_s:
            self._doing = ""
            return NOTHING
        if carried:
            self._carry(_share(min(seconds, last_s - seconds), LEANING_S))
            return NOTHING
        return self._turn(TURNS.index(self._doing), seconds)

    def _carry(self, share: float) -> None:
        """Lift the stand, or tilt it forward about y of base_link, by a share of the whole."""
        if self._doing == LIFT:
            self._stand[2] = self._place[2] + LIFT_M * share
            return
        w, x, y, z = self._rest.tolist()
        half = 0.5 * radians(TILT_DEG) * share
        a, b, c, d = rotation.multiply((x, y, z, w), (0.0, sin(half), 0.0, cos(half)))
        self._stand_turn[:] = [d, a, b, c]

    def _raise(self, share: float) -> None:
        """Bring the stand upright by a share of the whole; its heading stays."""
        w, x, y, z = self._rest.tolist()
        tilted = (x, y, z, w)
        level = rotation.about_z(rotation.yaw_of(tilted))
        a, b, c = rotation.to_rotation_vector(rotation.multiply(level, rotation.conjugate(tilted)))
        turn = rotation.from_rotation_vector((share * a, share * b, share * c))
        p, q, r, s = rotation.normalised(rotation.multiply(turn, tilted))
        self._stand_turn[:] = [s, p, q, r]

    def _push(self, seconds: float) -> None:
        """Set the robot down, push it ahead, wait, push it back, wait, and lift it again."""
        lasts_s = self._way / PACE
        back_s = lasts_s + STOPS_S
        end_s = back_s + lasts_s + STOPS_S
        went = self._way * (_share(seconds, lasts_s) - _share(seconds - back_s, lasts_s))
        w, x, y, z = self._rest.tolist()
        yaw = rotation.yaw_of((x, y, z, w))
        down = _share(seconds + WAITS_S, LEANING_S) - _share(seconds - end_s, LEANING_S)
        ahead = (went * cos(yaw), went * sin(yaw), -PRESSED_M * down)
        self._stand[:] = self._place + ahead
        if seconds > end_s + LEANING_S:
            self._doing = ""

    def _turn(self, wheel: int, seconds: float) -> Vector:
        wanted = np.zeros(3)
        wanted[wheel] = 2.0 * pi / TURN_S if seconds < TURN_S else 0.0
        torques = self._hold @ (wanted - self._simulation.wheel_speeds)
        a, b, c = torques.tolist()
        return a, b, c
