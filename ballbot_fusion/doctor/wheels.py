"""Encoders at rest: names, what is sent, and in what unit."""

from collections.abc import Iterator
from math import isfinite

from ballbot_fusion.core.checks import joint_order
from ballbot_fusion.doctor.finding import Finding, failed, passed, unknown
from ballbot_fusion.doctor.observed import JOINTS, Observed

TICKS = 100.0
"""Positions that are whole numbers, and so many: an encoder that counts."""


def names(observed: Observed) -> Iterator[Finding]:
    """Every wheel is among the joints, once, by the name that the robot file says."""
    samples = observed.joints()
    if not samples:
        yield unknown("joints", JOINTS, "no samples", "See its topic first.")
        return
    wanted, newest = observed.robot.driver_names, samples[-1]
    missing = [name for name in wanted if newest.names.count(name) != 1]
    if missing:
        yield failed(
            "joints", JOINTS, f"joints {', '.join(newest.names)}",
            f"each once: {', '.join(wanted)}",
            "wheels.driver_names", f"Write the driver's name for {', '.join(missing)}.",
        )  # fmt: skip
        return
    yield passed("joints", JOINTS, ", ".join(wanted))
    yield from _values(observed)


def _values(observed: Observed) -> Iterator[Finding]:
    newest, robot = observed.joints()[-1], observed.robot
    order = joint_order(newest.names, robot.driver_names) or ()
    as_sent = robot.encoders.speeds == "as_sent"
    values = newest.velocity if as_sent else newest.position
    what = "velocities" if as_sent else "positions"
    whole = len(values) == len(newest.names) and all(isfinite(values[joint]) for joint in order)
    if not whole:
        other = "from_positions" if as_sent else "as_sent"
        yield failed(
            "encoders", JOINTS, f"no {what}, or not finite", what, "encoders.speeds",
            f"Write {other} if the driver sends those.",
        )  # fmt: skip
        return
    if len(newest.position) == len(newest.names):
        turned = [newest.position[joint] for joint in order]
        if max(map(abs, turned)) > TICKS and all(float(value).is_integer() for value in turned):
            yield in_ticks(f"positions {', '.join(f'{value:.0f}' for value in turned)}", "")
            return
    yield passed("encoders", JOINTS, f"{what} of every wheel")


def in_ticks(found: str, gear: str) -> Finding:
    """Return that encoders count in ticks."""
    return failed(
        "encoders", JOINTS, f"{found}: these are ticks", "radians", "encoders.gear",
        f"Write {gear or 'ticks per revolution / 6.2832'}, or have the driver send radians.",
    )  # fmt: skip
