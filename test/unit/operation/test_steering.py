from collections.abc import Iterator
from itertools import islice

import pytest

from ballbot_fusion.operation.steering import KEYS, QUIT, STILL, for_seconds, from_keys

SPEEDS = (0.4, 0.2, 0.6)


def driven(pressed: list[list[str]], times: list[float] | None = None) -> list[tuple[float, ...]]:
    """Velocities for keys pressed in each turn of 50 ms (or at ``times``), until they end."""
    clock = iter(times or [0.05 * i for i in range(3 * len(pressed) + 3)])
    keys: Iterator[list[str]] = iter([*pressed, ["q"]])
    return list(from_keys(lambda: next(keys), SPEEDS, lambda: next(clock)))


@pytest.mark.parametrize(
    ("key", "velocity"),
    [
        ("w", (0.4, 0.0, 0.0)),
        ("\x1b[A", (0.4, 0.0, 0.0)),
        ("S", (-0.4, 0.0, 0.0)),
        ("a", (0.0, 0.0, 0.6)),
        ("\x1b[D", (0.0, 0.0, 0.6)),
        ("\x1b[C", (0.0, 0.0, -0.6)),
        ("z", (0.0, 0.2, 0.0)),
    ],
)
def test_keys_steer(key: str, velocity: tuple[float, ...]) -> None:
    assert driven([[key]]) == [pytest.approx(velocity)]


def test_space_stands() -> None:
    assert driven([["w"], [" "]]) == [pytest.approx((0.4, 0.0, 0.0)), pytest.approx(STILL)]


def test_the_newest_of_several_keys_counts() -> None:
    assert driven([["w", "x", "a"]]) == [pytest.approx((0.0, 0.0, 0.6))]


@pytest.mark.parametrize("key", QUIT)
def test_quit_wins_over_everything(key: str) -> None:
    assert list(from_keys(lambda: ["w", key, "w"], SPEEDS)) == []


def test_half_a_second_without_a_key_means_standing() -> None:
    found = driven([["w"], [], [], []], [0.0, 0.0, 0.2, 0.5, 0.51])
    assert [velocity[0] for velocity in found] == [0.4, 0.4, 0.4, 0.0]


def test_keys_that_mean_nothing_change_nothing() -> None:
    found = driven([["w"], ["x"]], [0.0, 0.0, 0.2])
    assert [velocity[0] for velocity in found] == [0.4, 0.4]


def test_for_seconds_sends_twenty_a_second_and_at_least_one() -> None:
    assert len(list(for_seconds((1.0, 0.0, 0.0), 2.0))) == 40
    assert list(islice(for_seconds((1.0, 0.0, 0.0), 0.001), 5)) == [(1.0, 0.0, 0.0)]


def test_no_key_both_steers_and_quits() -> None:
    assert not set(KEYS) & set(QUIT)
