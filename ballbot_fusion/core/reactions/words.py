"""What each kind of fault is, in words for people. ``{size}`` is how bad it is."""

from collections.abc import Mapping
from math import isinf

WORDS = {
    "missing": "nothing arrives",
    "never": "silent from the beginning",
    "slow": "one of {size:g} samples arrives",
    "intermittent": "off and on every {size:g} ms",
    "queued": "held back, then all at once",
    "late": "{size:g} ms later",
    "jitter": "up to {size:g} ms later, at random",
    "frozen": "the same content under new stamps",
    "equal": "rates and forces stand still, the orientation goes on",
    "duplicated": "every sample {size:g} times more",
    "burst": "the last {size:g} samples once more in every period",
    "unordered": "every {size:g} samples in any order",
    "still": "stamps stand still (dt = 0)",
    "stale": "stamps {size:g} ms behind",
    "future": "stamps {size:g} ms ahead",
    "noisy": "{size:g} times the usual noise on top",
    "nan": "NaN in {size:.0%} of the samples",
    "saturated": "at the end of its range, {size:g} degrees/s",
    "quaternion": "a quaternion of length {size:g}",
    "no_orientation": "no orientation (covariance -1)",
    "frame": "another frame",
    "encoding": "another encoding",
    "image_size": "images of {size:g} x {size:g} pixels",
    "black": "nothing in the image: no depth, or black",
    "joint_names": "a joint by another name",
    "joint_order": "joints in another order, names and values alike",
    "crossed": "two wheels' cables crossed",
    "reversed": "every wheel counts the other way round",
    "encoder_jump": "counts jump by {size:g} rad",
    "rollover": "counts begin anew every {size:.3g} rad",
}


def in_words(kind: str, size: float | None) -> str:
    """Describe a fault.

    Raises:
        ValueError: an unknown kind, or a size missing where the kind's words have one, or given
            where they have none.
    """
    return described(WORDS, kind, size)


def named(subject: str, kind: str, size: float | None, lasts_s: float) -> str:
    """What tables and cases call a fault of ``subject`` that lasts ``lasts_s`` (inf: for ever)."""
    how = kind if size is None else f"{kind} {size:.4g}"
    lasts = "for ever" if isinf(lasts_s) else f"for {lasts_s:g} s"
    return f"{subject} {how} {lasts}"


def described(words: Mapping[str, str], kind: str, size: float | None) -> str:
    """Describe a fault in ``words``, by its kind.

    Raises:
        ValueError: as ``in_words``.
    """
    if kind not in words:
        raise ValueError(f"Fault {kind!r} has no words; choose one of {', '.join(words)}.")
    if ("{size" in words[kind]) is (size is None):
        needed = "needs a size" if size is None else f"has no size, found {size:g}"
        raise ValueError(f"Fault {kind!r} {needed}: {words[kind]!r}.")
    if kind == "nan" and size == 0.0:
        return "NaN once"
    return words[kind].format(size=size)
