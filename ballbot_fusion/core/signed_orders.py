"""All that wrong cables may make of three encoders: orders and signs, and words for them."""

from itertools import permutations, product

import numpy as np
from numpy.typing import NDArray

Order = tuple[int, int, int]
SignedOrder = tuple[Order, tuple[int, int, int]]
"""What wheel i is said to do is what wheel ``order[i]`` does, times ``signs[i]``."""
SIGNED_ORDERS: tuple[SignedOrder, ...] = tuple(
    ((a, b, c), (x, y, z))
    for a, b, c in permutations(range(3))
    for x, y, z in product((1, -1), repeat=3)
)
"""All 48; the first is that of right cables."""


def righted(wrong: SignedOrder) -> NDArray[np.float64]:
    """Return the matrix (3, 3) that makes true wheel speeds of those that ``wrong`` cables show."""
    matrix = np.zeros((3, 3))
    for shown, (true, sign) in enumerate(zip(*wrong, strict=True)):
        matrix[true, shown] = sign
    return matrix


def mistakes(wrong: SignedOrder) -> int:
    """Count what somebody did wrong; that all signs are is one mistake."""
    order, signs = wrong
    moved = sum(order[wheel] != wheel for wheel in range(3))
    backward = signs.count(-1)
    return max(moved - 1, 0) + (1 if backward == 3 else backward)


def in_words(wrong: SignedOrder, names: tuple[str, str, str]) -> str:
    """Say what is wrong with the cables, by the joints' ``names``."""
    order, signs = wrong
    moved = [wheel for wheel in range(3) if order[wheel] != wheel]
    parts = []
    if len(moved) == 2:
        parts.append(f"{names[moved[0]]} and {names[moved[1]]} are swapped")
    elif moved:
        shows = (f"{names[wheel]} is {names[order[wheel]]}" for wheel in moved)
        parts.append(f"all are in another order ({', '.join(shows)})")
    backward = [names[wheel] for wheel in range(3) if signs[wheel] < 0]
    if len(backward) == 3:
        parts.append("every wheel counts backward")
    elif backward:
        counts = "counts" if len(backward) == 1 else "count"
        parts.append(f"{' and '.join(backward)} {counts} backward")
    return ", and ".join(parts) or "nothing is wrong"
