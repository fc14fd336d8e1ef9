"""One fault of one stream, as plain data: it travels between processes and into reports."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf, isfinite

from ballbot_fusion.core.samples import JointSample, Sample, Source

CAMERAS = (Source.CAMERA_0, Source.CAMERA_1)
SENSORS = (Source.IMU, Source.ENCODERS, *CAMERAS)
STREAMS = (*SENSORS, Source.MOTORS)
"""Streams that may be faulty; MOTORS is the echo of the last command."""
ALWAYS = inf
"""A ``stop_s`` that never comes."""

Effect = Callable[[list[Sample], int, bool], list[Sample]]
"""What becomes of one stream in one control period.

From its samples, the time of their arrival [ns] and whether the fault acts now, to what arrives.
Called in every period, so that it may remember.
"""


@dataclass(frozen=True)
class Fault:
    """A fault that acts on whatever arrives in [start_s, stop_s), s after the stand let go.

    Raises:
        ValueError: a stream that cannot be faulty, or times or a size that make no sense.
    """

    kind: str
    """Name in the table FAULTS."""
    source: Source
    start_s: float = 0.0
    stop_s: float = ALWAYS
    size: float | None = None
    """How bad, in the unit that the kind's file states; None: that file's default."""

    def __post_init__(self) -> None:
        if self.source not in STREAMS:
            names = ", ".join(stream.name for stream in STREAMS)
            raise ValueError(f"{self.source.name} cannot be faulty; choose one of {names}.")
        if not (isfinite(self.start_s) and self.start_s < self.stop_s):
            raise ValueError(
                f"Fault {self.kind!r} lasts from {self.start_s} to {self.stop_s} s: it must start "
                "at a finite time and stop after that."
            )
        if self.size is not None and not (isfinite(self.size) and self.size >= 0.0):
            raise ValueError(f"Size {self.size} of fault {self.kind!r} must be 0 or more, finite.")

    def acts(self, seconds: float | None) -> bool:
        """Whether it acts ``seconds`` after the stand let go; None: it has not yet."""
        return seconds is not None and self.start_s <= seconds < self.stop_s

    def sized(self, default: float) -> float:
        """Return the size, or the kind's default."""
        return default if self.size is None else self.size

    def only_for(self, sources: tuple[Source, ...]) -> None:
        """Refuse streams that this kind means nothing to.

        Raises:
            ValueError: this fault's stream is not one of ``sources``.
        """
        if self.source not in sources:
            names = ", ".join(source.name for source in sources)
            raise ValueError(
                f"Fault {self.kind!r} means nothing to {self.source.name}; it is for {names}."
            )


def mapped(change: Callable[[Sample], Sample]) -> Effect:
    """Return the effect that changes every sample on its own, while the fault acts."""

    def passed(samples: list[Sample], _now_ns: int, active: bool) -> list[Sample]:
        return [change(sample) for sample in samples] if active else samples

    return passed


FaultPlan = tuple[Fault, ...]
"""All faults of an episode; those of one stream act in this order."""


def miscounted(change: Callable[[tuple[float, ...]], tuple[float, ...]]) -> Effect:
    """Return the effect that puts ``change`` on what encoders count, positions and velocities."""

    def changed(sample: Sample) -> Sample:
        if not isinstance(sample, JointSample):
            return sample
        return replace(sample, position=change(sample.position), velocity=change(sample.velocity))

    return mapped(changed)
