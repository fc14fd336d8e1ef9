"""Sensor faults as cases: which streams fail, how, from when and for how long."""

from dataclasses import dataclass

from ballbot_fusion.core.samples import Source
from ballbot_fusion.simulation.faults import ALWAYS, Fault, FaultPlan

START_S = 3.0
"""All begin midway, s after the stand let go."""
LASTS_S = 2.0
"""How long those last that end."""
IMU_LASTS_S = 0.04
"""An IMU that is gone for longer is the safety node's case: it latches a fault at 60 ms."""
CAMERAS = (Source.CAMERA_0, Source.CAMERA_1)
STREAMS = (Source.IMU, Source.ENCODERS, *CAMERAS, Source.MOTORS)
KINDS = ("missing", "frozen", "late", "jitter", "noisy")
LOSSES = ("missing", "frozen", "black")
"""How a camera may be lost."""
LATE_MS = 20.0
ALL_LATE = "all sensors 20 ms later"
ENCODERS_MISSING = "encoders missing"
ONE_LOST, BOTH_LOST = "one camera lost", "both cameras lost"
ANY_CAMERA_STATE = "any camera state"
"""All cases of cameras together."""


@dataclass(frozen=True)
class Case:
    """One thing that goes wrong."""

    name: str
    faults: FaultPlan


def _stop_s(kind: str, source: Source) -> float:
    brief = source is Source.IMU and kind in ("missing", "frozen")
    return START_S + (IMU_LASTS_S if brief else LASTS_S)


def _passing(kind: str, sources: tuple[Source, ...], name: str) -> Case:
    """A fault that ends."""
    faults = (Fault(kind, source, START_S, _stop_s(kind, source)) for source in sources)
    return Case(f"{name} {kind}", tuple(faults))


def lost(kind: str, sources: tuple[Source, ...], start_s: float = START_S) -> FaultPlan:
    """Cameras that fail for good."""
    return tuple(Fault(kind, source, start_s) for source in sources)


def passing_cases() -> list[Case]:
    """Every modality in every way that it can fail and is heard of again; then both cameras."""
    alone = [
        _passing(kind, (source,), source.name.lower())
        for source in STREAMS
        for kind in (*KINDS, *(("black",) if source in CAMERAS else ()))
        if (kind, source) != ("noisy", Source.MOTORS)  # the echo of a command has no noise
    ]
    return alone + [_passing(kind, CAMERAS, "both cameras") for kind in (*KINDS, "black")]


def lasting_cases() -> list[Case]:
    """Cameras lost for good; every sensor later by so much."""
    late = tuple(
        Fault("late", source, START_S, ALWAYS, LATE_MS)
        for source in STREAMS
        if source is not Source.MOTORS
    )
    one = [
        Case(f"{ONE_LOST}: {source.name.lower()}", lost("missing", (source,))) for source in CAMERAS
    ]
    return [*one, Case(BOTH_LOST, lost("missing", CAMERAS)), Case(ALL_LATE, late)]


def is_of_cameras(case: str) -> bool:
    """Whether nothing but cameras fails in a case of that name."""
    return "camera" in case
