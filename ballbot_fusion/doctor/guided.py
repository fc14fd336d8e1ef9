"""Everything that shows only when somebody moves the robot."""

from ballbot_fusion.doctor import headings, looked, tilted, turned
from ballbot_fusion.doctor.passive import PASSIVE, Check

GUIDED: tuple[Check, ...] = (
    tilted.imu,
    headings.headings,
    looked.lifted,
    looked.covers,
    turned.encoders,
    turned.motors,
)
"""Checks of what was asked for; silent about what was not."""
EVERYTHING: tuple[Check, ...] = (*PASSIVE, *GUIDED)
