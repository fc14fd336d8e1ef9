import numpy as np
import pytest

from ballbot_fusion.core.signed_orders import SIGNED_ORDERS, in_words, mistakes, righted

NAMES = ("left", "right", "rear")
TRUE = np.array([1.0, 2.0, 3.0])


def shown(wrong):
    """What encoders with wrong cables say of ``TRUE``."""
    order, signs = wrong
    return np.array([sign * TRUE[wheel] for wheel, sign in zip(order, signs, strict=True)])


def test_there_are_48_and_the_first_is_right():
    assert len(set(SIGNED_ORDERS)) == 48
    assert SIGNED_ORDERS[0] == ((0, 1, 2), (1, 1, 1))
    assert len({tuple(shown(wrong)) for wrong in SIGNED_ORDERS}) == 48


@pytest.mark.parametrize("wrong", SIGNED_ORDERS)
def test_what_is_shown_is_righted(wrong):
    np.testing.assert_array_equal(righted(wrong) @ shown(wrong), TRUE)


def test_each_has_words_of_its_own():
    assert len({in_words(wrong, NAMES) for wrong in SIGNED_ORDERS}) == 48


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (((0, 1, 2), (1, 1, 1)), "nothing is wrong"),
        (((0, 1, 2), (1, -1, 1)), "right counts backward"),
        (((0, 1, 2), (-1, 1, -1)), "left and rear count backward"),
        (((0, 1, 2), (-1, -1, -1)), "every wheel counts backward"),
        (((1, 0, 2), (1, 1, 1)), "left and right are swapped"),
        (((0, 2, 1), (1, 1, -1)), "right and rear are swapped, and rear counts backward"),
        (
            ((1, 2, 0), (1, 1, 1)),
            "all are in another order (left is right, right is rear, rear is left)",
        ),
    ],
)
def test_the_words(wrong, words):
    assert in_words(wrong, NAMES) == words


@pytest.mark.parametrize(
    ("wrong", "count"),
    [
        (((0, 1, 2), (1, 1, 1)), 0),
        (((0, 1, 2), (-1, -1, -1)), 1),
        (((2, 1, 0), (1, 1, 1)), 1),
        (((0, 1, 2), (1, -1, -1)), 2),
        (((1, 2, 0), (1, 1, 1)), 2),
        (((1, 2, 0), (1, -1, -1)), 4),
    ],
)
def test_mistakes_are_counted(wrong, count):
    assert mistakes(wrong) == count
