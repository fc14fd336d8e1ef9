"""Whether a robot balanced on the spot by itself, as the step ``balance`` needs it."""

from math import degrees, radians

from ballbot_fusion.calibration.motion import Motion
from ballbot_fusion.calibration.outcome import refused
from ballbot_fusion.calibration.recorded import Recorded

STILL = 0.02
"""Wheels of a robot that balances are not as quiet, rad/s."""
FASTEST, FARTHEST = 0.3, 4.0
"""m/s and m: a robot that was driven or pushed. One that is off by degrees creeps, and may."""
TURNED = radians(150.0)
"""A robot that turned so far tells the slope from its own lean."""
AGAIN = "Let it balance on the spot, on level ground, untouched, and measure again."


def refuse_restless(recorded: Recorded, motion: Motion) -> None:
    """Refuse a robot that did not balance, or not on the spot."""
    if float(recorded.wheel_speeds.std(axis=0).max()) < STILL:
        raise refused(
            "balance", "wheels that stand still", "a robot that balances by itself",
            "Arm it (`ballbot arm`), let go of it, and measure again.",
        )  # fmt: skip
    cure = f"{AGAIN} One that creeps: is it launched with what `ballbot calibrate gravity` wrote?"
    for found, most, unit in (
        (motion.fastest, FASTEST, "m/s"), (motion.farthest, FARTHEST, "m away")
    ):  # fmt: skip
        if found > most:
            raise refused(
                "the robot did not stay", f"{found:.2f} {unit}", f"{most:g} at most", cure
            )


def refuse_unturned(motion: Motion) -> None:
    """Refuse a robot that was to turn and did not: the floor would be taken for level unasked."""
    if motion.turned <= TURNED:
        raise refused(
            "the robot was not turned", f"{degrees(motion.turned):.0f} degrees about the vertical",
            f"{degrees(TURNED):.0f} or more",
            "Does it turn with `ballbot drive`? Does the gyro show it (`ballbot doctor`)? Give "
            "more --seconds if it turns slowly; on level ground, leave --turn out.",
        )  # fmt: skip
