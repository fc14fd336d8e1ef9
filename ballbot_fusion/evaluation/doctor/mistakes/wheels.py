"""Mistakes of encoders and motors."""

from collections.abc import Callable
from dataclasses import replace
from math import pi

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import JointSample, Sample
from ballbot_fusion.doctor.observed import JOINTS
from ballbot_fusion.evaluation.doctor.mistakes.planted import (
    Planted,
    Random,
    planted,
    with_samples,
    with_wheels,
)


def wheels_in_another_order(random: Random, _owner: RobotConfig) -> Planted:
    """Names of joints are those of other wheels."""
    order = (0, 1, 2)
    while order == (0, 1, 2):
        a, b, c = random.permutation(3).tolist()
        order = (a, b, c)

    def hidden(robot: RobotConfig) -> RobotConfig:
        names = robot.driver_names
        return with_wheels(robot, driver_names=tuple(names[wheel] for wheel in order))

    words = ", ".join(str(wheel + 1) for wheel in order)
    return planted("wheels in another order", words, "wheels.driver_names", {JOINTS}, hidden=hidden)


def _sign(random: Random) -> tuple[int, Callable[[tuple[int, ...]], tuple[int, ...]]]:
    wheel = int(random.integers(3))
    return wheel, lambda signs: tuple(-s if k == wheel else s for k, s in enumerate(signs))


def encoder_sign(random: Random, _owner: RobotConfig) -> Planted:
    """One encoder counts the other way."""
    wheel, flipped = _sign(random)

    def hidden(robot: RobotConfig) -> RobotConfig:
        encoders = robot.encoders.model_copy(
            update={"direction": flipped(robot.encoders.direction)}
        )
        return robot.model_copy(update={"encoders": encoders})

    words = f"wheel {wheel + 1}"
    return planted("one encoder's sign", words, "encoders.direction", {JOINTS}, hidden=hidden)


def motor_sign(random: Random, _owner: RobotConfig) -> Planted:
    """One motor turns the other way."""
    wheel, flipped = _sign(random)

    def hidden(robot: RobotConfig) -> RobotConfig:
        motors = robot.motors.model_copy(update={"direction": flipped(robot.motors.direction)})
        return robot.model_copy(update={"motors": motors})

    words = f"motor {wheel + 1}"
    # Without encoders nobody sees motors turn.
    return planted("one motor's sign", words, "motors.direction", {"motor_array", JOINTS},
                    hidden=hidden)  # fmt: skip


def encoder_in_ticks(random: Random, _owner: RobotConfig) -> Planted:
    """The driver counts in ticks."""
    ticks = int(random.choice([512, 1024, 2048, 4096, 8192, 16384]))

    def change(sample: Sample) -> Sample:
        if not isinstance(sample, JointSample):
            return sample
        counts = tuple(float(round(turn * ticks / (2.0 * pi))) for turn in sample.position)
        return replace(sample, position=counts)

    return planted(
        "encoder in ticks", f"{ticks} a turn", "encoders.gear", {JOINTS},
        seen=lambda observed: with_samples(observed, change),
    )  # fmt: skip
