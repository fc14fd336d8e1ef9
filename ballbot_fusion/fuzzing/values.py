"""What anybody may write into a field, by its type: extremes, nonsense, and the nearly right."""

from array import array
from functools import cache
from math import inf, nan
from typing import Any

from hypothesis import strategies as st

from ballbot_fusion.fuzzing.fields import INTEGERS, Several, Shift, message_class, several

EXTREME = (
    nan, inf, -inf, 0.0, -0.0, -1.0, 1.0, 5e-324, -5e-324, 1e-300, 1e16, 3.5e38, -3.5e38, 1e154,
    1.7976931348623157e308, -1.7976931348623157e308,
)  # fmt: skip
"""Doubles; a float32 takes what fits."""
TEXTS = (
    "", " ", "\0", "imu_link", "base_link", "wheel_0_joint", "wheel_1_joint", "wheel_2_joint",
    "camera_0_optical_frame", "camera_1_optical_frame", "16UC1", "32FC1", "rgb8", "bgr8", "mono8",
    "ARMED", "FAULT", "FALLBACK", "inference", "go left", "nan", "-inf", "1e999", "True",
    "../../etc/passwd", "%s%n{0}", "ß\u202e\ufffd\U0001f916", "x" * 5000, "/mujoco_bridge: state",
    "upright_s", "finished", "held", "mujoco_bridge: state",
)  # fmt: skip
"""Words that mean something somewhere, and words that mean nothing anywhere."""
SMALL_ITEMS, LONG = 6, (0, 1, 2, 3, 4, 6, 9, 33, 200, 9000)
"""Longest list whose values all differ; lengths of those that repeat one value."""
IMAGE_BYTES = (0, 1, 64, 191, 4096, 8191, 8192, 8193, 12288, 16384, 65536)
"""Lengths of data that are or nearly are those of a 64 x 64 image."""
MILLISECOND = 1_000_000
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def _floats(width: int) -> st.SearchStrategy[float]:
    fitting = [value for value in EXTREME if width == 64 or not 3.4e38 < abs(value) < inf]
    whole = st.floats(width=64 if width == 64 else 32)
    return st.one_of(st.sampled_from(fitting), st.floats(-100.0, 100.0, width=32), whole)


def _integers(kind: str) -> st.SearchStrategy[Any]:
    low, high = INTEGERS[kind]
    ends = sorted({low, low + 1, high - 1, high, 0, 1, min(high, 63), min(high, 65)})
    shifts = st.integers(-5, 5) | st.integers(-9, 9).map(lambda n: n * MILLISECOND)
    return st.one_of(st.sampled_from(ends), st.integers(low, high), shifts.map(Shift))


def _in_range(kind: str) -> st.SearchStrategy[int]:
    low, high = INTEGERS[kind]
    return st.sampled_from([low, high, 0, 1]) | st.integers(low, high)


@cache
def _single(kind: str) -> st.SearchStrategy[Any]:
    """Values of one element of an array or sequence: nothing relative to what is there."""
    if kind in INTEGERS:
        return _in_range(kind)
    return values(kind)


def _bytes() -> st.SearchStrategy[Any]:
    filled = st.tuples(st.integers(0, 255), st.sampled_from(IMAGE_BYTES))
    return st.one_of(st.binary(max_size=40), filled.map(lambda f: bytes([f[0]]) * f[1])).map(
        lambda data: array("B", data)
    )


def _list(field: Several) -> st.SearchStrategy[Any]:
    item = _single(field.item)
    if field.number is not None:
        count = field.number
        same = item.map(lambda value: [value] * count)
        return same | st.lists(item, min_size=count, max_size=count)
    most = SMALL_ITEMS if field.most is None else min(field.most, SMALL_ITEMS)
    few = st.lists(item, max_size=most)
    if message_class(field.item) is not None or field.most is not None:
        return few
    if field.item in ("uint8", "octet"):
        return _bytes()
    repeated = st.tuples(item, st.sampled_from(LONG)).map(lambda pair: [pair[0]] * pair[1])
    return few | few | repeated


@cache
def values(kind: str) -> st.SearchStrategy[Any]:
    """Values for a field of type ``kind``, as get_fields_and_field_types names it.

    Raises:
        ValueError: no such type is known; add it here.
    """
    if (field := several(kind)) is not None:
        return _list(field)
    if (nested := message_class(kind)) is not None:
        return st.builds(nested, **{n: _single(k) for n, k in _fields(nested).items()})
    if kind in INTEGERS:
        return _integers(kind)
    if kind in ("double", "float64", "float", "float32"):
        return _floats(64 if kind in ("double", "float64") else 32)
    if kind.startswith(("string", "wstring")):
        return st.sampled_from(TEXTS) | _TEXT
    if kind == "boolean":
        return st.booleans()
    if kind in ("octet", "byte"):
        return st.binary(min_size=1, max_size=1)
    raise ValueError(f"No values for a field of type {kind!r}: add them to fuzzing/values.py.")


def _fields(message: Any) -> dict[str, str]:
    found: dict[str, str] = message.get_fields_and_field_types()
    return found
