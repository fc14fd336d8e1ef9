"""Which samples of a while can be used, and whether they last: in the order of their stamps."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

from ballbot_fusion.calibration.outcome import refused
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.samples import Sample

SampleT = TypeVar("SampleT", bound=Sample)
SPOILT = 0.02
"""Share of the samples that may be unusable."""
HOLE_S = 0.1
"""Longest time without a sample that is bridged."""
DOCTOR = "`ballbot doctor` says what is wrong with drivers and names."


def usable(
    what: str, judged: Sequence[tuple[SampleT, Reason]], seconds: float
) -> tuple[SampleT, ...]:
    """Return the good ones; of equal stamps the first.

    Args:
        what: topic, for the words of a refusal.
        judged: samples and their defects, in any order.
        seconds: for which they should last.

    Raises:
        CalibrationRefusedError: many are unusable, or they do not last, or have holes.
    """
    defects = [defect for _, defect in judged if defect is not Reason.OK]
    if len(defects) > SPOILT * len(judged):
        raise refused(
            what, f"{len(defects)} of {len(judged)} samples unusable ({defects[0].text})",
            f"{SPOILT:.0%} at most", DOCTOR,
        )  # fmt: skip
    good = _rising([sample for sample, defect in judged if defect is Reason.OK])
    _lasting(what, good, seconds)
    return tuple(good)


def _rising(samples: Sequence[SampleT]) -> list[SampleT]:
    """In the order of their stamps; of equal ones the first."""
    by_stamp: dict[int, SampleT] = {}
    for sample in samples:
        by_stamp.setdefault(sample.stamp_ns, sample)
    return [by_stamp[stamp] for stamp in sorted(by_stamp)]


def _lasting(what: str, samples: Sequence[Sample], seconds: float) -> None:
    if len(samples) < 2:
        raise refused(what, f"{len(samples)} usable samples", f"{seconds:g} s of them", DOCTOR)
    stamps = [sample.stamp_ns for sample in samples]
    lasts_s = (stamps[-1] - stamps[0]) * 1e-9
    if lasts_s < 0.9 * seconds:
        raise refused(what, f"samples of {lasts_s:.1f} s", f"{seconds:g} s", DOCTOR)
    hole_s = max(b - a for a, b in pairwise(stamps)) * 1e-9
    if hole_s > HOLE_S:
        raise refused(
            what, f"a hole of {hole_s:.2f} s in its stamps", f"{HOLE_S:g} s at most",
            "End what keeps the processor busy, and measure again.",
        )  # fmt: skip
