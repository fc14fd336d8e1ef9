"""What a person is asked to do with the robot, one thing at a time."""

from typing import NamedTuple


class Stimulus(NamedTuple):
    """One request."""

    name: str
    """By which it is published, and by which the simulated robot's stand plays it."""
    words: str
    """For people."""
    seconds: float
    """How long is listened."""


TILT = "tilt_forward"
LIFT = "lift"
TURNS = tuple(f"turn_wheel_{wheel}" for wheel in (1, 2, 3))
COVERS = tuple(f"cover_camera_{camera}" for camera in (0, 1))
MOTORS_OFF = "motors_off"
MOTORS = tuple(f"motor_{wheel}" for wheel in (1, 2, 3))

GUIDED = (
    Stimulus(
        TILT, "Tilt the robot forward by about 15 degrees, hold it for 2 s, and bring it back.", 7.0
    ),
    Stimulus(LIFT, "Lift the robot straight up by about 15 cm, hold it for 2 s, put it back.", 6.0),
    *(
        Stimulus(
            name,
            f"Turn wheel {wheel} by hand, one turn in 2 s, so that it would turn the ball "
            "counterclockwise, seen from above.",
            5.0,
        )
        for wheel, name in enumerate(TURNS, 1)
    ),
    *(
        Stimulus(name, f"Cover camera {camera} with your hand for 2 s.", 4.0)
        for camera, name in enumerate(COVERS)
    ),
)
"""In this order."""
SPUN = (
    Stimulus(MOTORS_OFF, "Wheels in the air, hands off: nothing may move.", 2.0),
    *(
        Stimulus(name, f"Hands off: motor {wheel} gets 2 % torque.", 1.5)
        for wheel, name in enumerate(MOTORS, 1)
    ),
)
"""Motors, on a stand that lets the ball hang free."""
TORQUE_SHARE = 0.02
"""Of the largest torque, for what SPUN asks of a motor."""
