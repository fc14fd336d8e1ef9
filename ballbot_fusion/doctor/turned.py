"""The guided checks of wheels: one was turned by hand, one motor was given a little torque."""

from collections.abc import Iterator
from math import pi
from typing import NamedTuple

from ballbot_fusion.core.checks import joint_order
from ballbot_fusion.core.topic_names import VELOCITIES
from ballbot_fusion.doctor.finding import Finding, failed, passed, unknown
from ballbot_fusion.doctor.observed import JOINTS, Observed
from ballbot_fusion.doctor.stimuli import MOTORS, MOTORS_OFF, TURNS
from ballbot_fusion.doctor.wheels import in_ticks

LEAST = 0.05
"""A wheel that turned further was turned, rad by the robot file's gear."""
OTHERS = 0.5
"""Share of the largest turn from which another wheel counts as turned as well."""
MOST_TURNS = 20.0
"""More turns within one request are no turns: ticks."""


class Turn(NamedTuple):
    """Which joint moved, and how far."""

    joint: int
    """Number in the robot file's order."""
    angle: float
    """As its driver counts, over the gear, rad."""
    others: float
    """The largest of the others, rad."""


def turn_of(observed: Observed, stimulus: str) -> Turn | None:
    """Find the joint that turned most; None where the wheels were not heard."""
    robot = observed.robot
    order = None
    moved: list[tuple[float, ...]] = []
    for sample in observed.joints(stimulus):
        order = joint_order(sample.names, robot.driver_names)
        if order is not None and len(sample.position) == len(sample.names):
            moved.append(tuple(sample.position[joint] for joint in order))
    if len(moved) < 2:
        return None
    spans = [
        max((row[joint] - moved[0][joint] for row in moved), key=abs) / robot.encoders.gear
        for joint in range(3)
    ]
    joint = max(range(3), key=lambda j: abs(spans[j]))
    others = max(abs(spans[other]) for other in range(3) if other != joint)
    return Turn(joint, spans[joint], others)


def encoders(observed: Observed) -> Iterator[Finding]:
    """Each wheel that is turned by hand is that of its encoder, and counts up."""
    turns = {n: turn_of(observed, name) for n, name in enumerate(TURNS) if name in observed.moved}
    seen: dict[int, Turn] = {}
    for wheel, turn in turns.items():
        subject = f"wheel {wheel + 1}"
        if turn is None or abs(turn.angle) < LEAST:
            yield unknown("turn", subject, "no encoder moved", "Do it again, one whole turn.")
        elif turn.others > OTHERS * abs(turn.angle):
            yield unknown("turn", subject, "several wheels turned", "Hold the other wheels.")
        else:
            seen[wheel] = turn
    yield from _gear(observed, seen)
    yield from _order(observed, seen)
    yield from _signs(observed, seen)


def _gear(observed: Observed, seen: dict[int, Turn]) -> Iterator[Finding]:
    most = max((abs(turn.angle) for turn in seen.values()), default=0.0)
    if most > 2.0 * pi * MOST_TURNS:
        gear = observed.robot.encoders.gear * most / (2.0 * pi)
        yield in_ticks(f"one turn reads {most:.0f} rad", f"{gear:.0f} (ticks a turn over 6.2832)")


def _order(observed: Observed, seen: dict[int, Turn]) -> Iterator[Finding]:
    wrong = {wheel: turn.joint for wheel, turn in seen.items() if turn.joint != wheel}
    names = observed.robot.driver_names
    if not wrong:
        if seen:
            yield passed("order", JOINTS, "each wheel is its own encoder's")
        return
    right = [names[seen[wheel].joint] if wheel in seen else names[wheel] for wheel in range(3)]
    words = ", ".join(f"wheel {wheel + 1} moves {names[joint]}" for wheel, joint in wrong.items())
    yield failed(
        "order", JOINTS, words, f"wheels 1, 2, 3 move {', '.join(names)}", "wheels.driver_names",
        f"Write [{', '.join(right)}], or exchange the cables.",
    )  # fmt: skip


def _signs(observed: Observed, seen: dict[int, Turn]) -> Iterator[Finding]:
    direction = observed.robot.encoders.direction
    wrong = [wheel for wheel, turn in seen.items() if turn.angle * direction[wheel] < 0.0]
    right = [-sign if wheel in wrong else sign for wheel, sign in enumerate(direction)]
    for wheel in seen:
        if wheel not in wrong:
            yield passed("sign", f"wheel {wheel + 1}", "it counts up")
    if wrong:
        which = ", ".join(f"wheel {wheel + 1}" for wheel in wrong)
        yield failed("sign", which, "it counts down", "up", "encoders.direction", f"Write {right}.")


def motors(observed: Observed) -> Iterator[Finding]:
    """Each motor turns its own wheel, forward; without torque nothing moves."""
    if MOTORS_OFF in observed.moved:
        yield _off(observed)
    wrong = []
    for wheel, name in enumerate(MOTORS):
        if name not in observed.moved:
            continue
        turn, subject = turn_of(observed, name), f"motor {wheel + 1}"
        if turn is None:
            yield unknown("motor", subject, "the wheels were not heard", "See their topic first.")
            continue
        if abs(turn.angle) < LEAST:
            velocities = observed.command_type == VELOCITIES
            yield failed(
                "motor", subject, "2 % torque moves nothing", f"wheel {wheel + 1} turns",
                "motors.velocity_gain" if velocities else "motors.units_per_nm",
                "Is the driver on, and its controller active? Else its command is no "
                f"{'rad/s' if velocities else 'N m'}.",
            )  # fmt: skip
            continue
        by_joint = {_joint_of(observed, wheel_): wheel_ for wheel_ in range(3)}
        moved = by_joint.get(turn.joint, turn.joint)
        if moved != wheel:
            yield failed(
                "motor", subject, f"it turns wheel {moved + 1}", f"wheel {wheel + 1}",
                "motors' driver: order of its joints",
                "Have the controller take its joints in the order of wheels.driver_names.",
            )  # fmt: skip
        elif turn.angle * _up(observed, moved) < 0.0:
            wrong.append(wheel)
        else:
            yield passed("motor", subject, f"it turns wheel {wheel + 1} forward")
    if wrong:
        signs = observed.robot.motors.direction
        right = [-sign if wheel in wrong else sign for wheel, sign in enumerate(signs)]
        yield failed(
            "motor", ", ".join(f"motor {wheel + 1}" for wheel in wrong), "it turns backward",
            "forward", "motors.direction", f"Write {right}.",
        )  # fmt: skip


def _off(observed: Observed) -> Finding:
    turn = turn_of(observed, MOTORS_OFF)
    if turn is None:
        return unknown("motor", "all", "the wheels were not heard", "See its topic first.")
    if abs(turn.angle) < LEAST:
        return passed("motor", "all", "nothing moves without torque")
    return failed(
        "motor", "all", f"a wheel turns by {turn.angle:.2f} rad without torque", "nothing moves",
        f"topics: {observed.motor_topic}", "Somebody else commands the motors: end it first.",
    )  # fmt: skip


def _joint_of(observed: Observed, wheel: int) -> int:
    """The joint that moves with a wheel: as a hand showed it, else by the robot file."""
    turn = turn_of(observed, TURNS[wheel])
    told = turn is not None and abs(turn.angle) >= LEAST and turn.others <= OTHERS * abs(turn.angle)
    return turn.joint if turn is not None and told else wheel


def _up(observed: Observed, wheel: int) -> int:
    """Sign by which a wheel's encoder counts forward: as a hand showed it, else by the file."""
    turn = turn_of(observed, TURNS[wheel])
    if turn is not None and abs(turn.angle) >= LEAST:
        return 1 if turn.angle > 0.0 else -1
    return observed.robot.encoders.direction[wheel]
