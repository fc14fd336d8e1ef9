"""Whether a robot was left alone, told from blocks of a quarter of a second."""

import numpy as np

from ballbot_fusion.calibration.outcome import SIGMAS, refused
from ballbot_fusion.calibration.recorded import Floats, Recorded

BLOCK_S = 0.25
FEWEST = 4
"""Blocks whose scatter says how sure a mean is."""
NOISE_SIGMAS = 6.0
"""How far a block's mean may lie from that of all by noise alone."""


def block_means(seconds: Floats, values: Floats, length_s: float = BLOCK_S) -> Floats:
    """Mean of every whole block of ``length_s``, (B, columns)."""
    count = int((seconds[-1] - seconds[0]) / length_s + 1e-6)
    numbers = ((seconds - seconds[0]) / length_s).astype(int)
    blocks = [values[numbers == number] for number in range(count)]
    return np.array([block.mean(axis=0) for block in blocks if len(block)])


def mean_of(seconds: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Mean and its uncertainty, (columns,), by the scatter of the blocks."""
    means = block_means(seconds, values)
    spread = means.std(axis=0, ddof=1) / np.sqrt(len(means))
    return values.mean(axis=0), SIGMAS * spread


def refuse_moved(recorded: Recorded, turn: float, shake: float, cure: str) -> None:
    """Refuse a robot that moved, or was left alone for too short to tell.

    Args:
        recorded: what it felt.
        turn: largest change of the gyro's mean, rad/s.
        shake: the same of the accelerometer, m/s^2.
        cure: what to do.
    """
    for what, values, limit, unit in (
        ("gyro", recorded.gyro, turn, "rad/s"),
        ("accelerometer", recorded.forces, shake, "m/s^2"),
    ):
        means = block_means(recorded.seconds, values)
        if len(means) < FEWEST:
            raise refused(
                "the robot at rest", f"{len(means)} times {BLOCK_S:g} s", f"{FEWEST} or more",
                "Give more --seconds.",
            )  # fmt: skip
        per_block = len(values) / len(means)
        noise = np.median(np.abs(np.diff(values, axis=0)), axis=0) / 0.95  # sigma of white noise
        allowed = limit + NOISE_SIGMAS * noise / np.sqrt(per_block)
        apart = np.abs(means - np.median(means, axis=0)).max(axis=0)
        worst = int(np.argmax(apart - allowed))
        if apart[worst] > allowed[worst]:
            raise refused(
                "the robot moved", f"the {what} changed by {apart[worst]:.3g} {unit}",
                f"{allowed[worst]:.2g} at most", cure,
            )  # fmt: skip
