"""Which of all differing ticks are told; that they are found is tested with replays."""

from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ballbot_fusion.evaluation.other_policy import APART_NS, _Largest, _Place

TICKS = st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.2, 0.3]), st.integers(1, 3)), max_size=40)
"""How far the answers are apart, and how many fifths of APART_NS after the tick before."""


def place(apart: float, now_ns: int) -> _Place:
    step: Any = SimpleNamespace(record=SimpleNamespace(now_ns=now_ns))
    return _Place(apart, step, step, ((), ()))


@given(TICKS, st.integers(1, 5))
def test_the_largest_of_each_quarter_of_a_second_are_told_and_no_more_are_held(
    ticks: list[tuple[float, int]], most: int
) -> None:
    found, everything, now_ns = _Largest(most), list[_Place](), 0
    for apart, fifths in ticks:
        now_ns += fifths * APART_NS // 5
        new = place(apart, now_ns)
        found.add(new)
        if everything and now_ns - everything[-1].step.record.now_ns < APART_NS:
            everything[-1] = max(everything[-1], new, key=lambda one: one.apart)
        else:
            everything.append(new)
        assert len(found._closed) <= most
    assert found.places() == sorted(everything, key=lambda one: -one.apart)[:most]
