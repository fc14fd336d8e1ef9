"""The steps of a calibration, in their order: what the robot must do, and who judges it."""

from collections.abc import Sequence
from typing import NamedTuple

from ballbot_fusion.calibration.balance import com_offset
from ballbot_fusion.calibration.gravity import alignment
from ballbot_fusion.calibration.imu import gyro_bias
from ballbot_fusion.calibration.outcome import Outcome
from ballbot_fusion.calibration.recorded import Recorded
from ballbot_fusion.calibration.wheels import wheel_radius
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import Sample

TURN_RATE = 0.4
"""How fast the robot turns where it is to, rad/s."""
UPRIGHT, PUSH = "hold_upright", "push"
"""What the stand of the simulated robot is asked for; a push with its way: ``push 1.5``."""


class Step(NamedTuple):
    """One measurement."""

    name: str
    words: str
    """What to do, for people."""
    seconds: float
    """How long it listens unless told otherwise."""
    asks: str = ""
    balances: bool = False
    """Whether the robot must be armed; else it must not be."""
    lead_s: float = 0.0
    """How long it takes until what is asked for is so."""

    def asked(self, distance: float) -> str:
        """What the stand is asked for; a push goes ``distance``, m."""
        return f"{PUSH} {distance:g}" if self.asks == PUSH else self.asks


STEPS = {
    step.name: step
    for step in (
        Step("imu", "Motors off; the robot stands or lies firmly, nobody touches it.", 10.0),
        Step(
            "gravity",
            "Motors off; hold or clamp the robot upright by a spirit level, and keep it still.",
            6.0, UPRIGHT, lead_s=1.0,
        ),
        Step("balance", "The robot balances on the spot, on level ground; nobody touches it.", 30.0,
             balances=True),
        Step(
            "wheels",
            "Motors off, the robot on its ball and upright. Wait for 2 s; push it from one mark to "
            "the other, stop for a second, and back, as often as there is time; wait again.",
            30.0, PUSH,
        ),
    )
}  # fmt: skip
"""By name. Each takes what those before it found as given."""


def judged(
    step: str,
    robot: RobotConfig,
    samples: Sequence[Sample],
    seconds: float,
    *,
    distance: float = 0.0,
    turn: bool = False,
) -> Outcome:
    """Return what samples of a step say.

    Args:
        step: one of STEPS.
        robot: as its file describes it.
        samples: of IMU and wheels, in the order of arrival.
        seconds: for which they were listened to.
        distance: of a push, m; only ``wheels`` reads it.
        turn: whether the robot was to turn; only ``balance`` reads it.

    Raises:
        CalibrationRefusedError: they tell nothing, and why.
    """
    recorded = Recorded.of(robot, samples, seconds)
    if step == "wheels":
        return wheel_radius(recorded, distance)
    if step == "balance":
        return com_offset(recorded, turn=turn)
    return {"imu": gyro_bias, "gravity": alignment}[step](recorded)
