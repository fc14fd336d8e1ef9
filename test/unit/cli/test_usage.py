import argparse
from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballbot_fusion.cli.usage import at_least, finite, positive


@given(st.integers(-5, 5), st.integers(-10, 10))
def test_at_least(low: int, value: int) -> None:
    if value >= low:
        assert at_least(low)(str(value)) == value
    else:
        with pytest.raises(argparse.ArgumentTypeError, match=f"{low} or more"):
            at_least(low)(str(value))


@given(st.floats())
def test_finite_and_positive(value: float) -> None:
    if isfinite(value):
        assert finite(str(value)) == value
    else:
        with pytest.raises(argparse.ArgumentTypeError, match="finite"):
            finite(str(value))
    if isfinite(value) and value > 0.0:
        assert positive(str(value)) == value
    else:
        with pytest.raises(argparse.ArgumentTypeError, match="expected a"):
            positive(str(value))


@pytest.mark.parametrize("read", [at_least(0), finite, positive])
def test_words_are_no_numbers(read: object) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="'many'"):
        read("many")  # type: ignore[operator]
