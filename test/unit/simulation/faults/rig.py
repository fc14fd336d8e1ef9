"""A healthy robot's samples, sent through a fault line period by period."""

from collections.abc import Sequence

from unit.core.streams import MS, PERIOD_NS, depth, encoders, imu, motors

from ballbot_fusion.core.samples import Sample, Source
from ballbot_fusion.simulation.faults import Fault, FaultLine
from ballbot_fusion.simulation.faults.fault import CAMERAS
from ballbot_fusion.simulation.settings import SimulationSettings

SETTINGS = SimulationSettings()


def sent(now_ns: int) -> list[Sample]:
    """What a healthy robot sends in the period that ends now, the cameras in every one."""
    stamps = range(now_ns - PERIOD_NS + MS, now_ns + 1, MS)
    found: list[Sample] = [imu(stamp, now_ns) for stamp in stamps]
    found += [encoders(stamp, now_ns, velocity=(stamp * 1e-9, 0.0, 1.0)) for stamp in stamps[::2]]
    return [*found, *(depth(camera, now_ns, now_ns) for camera in CAMERAS), motors(now_ns, now_ns)]


def run(plan: Sequence[Fault], periods: int = 60, seed: int = 1) -> list[list[Sample]]:
    """What arrives in each period from the release on."""
    line = FaultLine(tuple(plan), SETTINGS, seed)
    times = [number * PERIOD_NS for number in range(1, periods + 1)]
    return [line.passed(sent(now_ns), now_ns, now_ns * 1e-9) for now_ns in times]


def of(periods: list[list[Sample]], source: Source) -> list[Sample]:
    return [sample for period in periods for sample in period if sample.source is source]


def said(samples: Sequence[Sample]) -> list[tuple[int, int]]:
    return [(sample.stamp_ns, sample.content_hash) for sample in samples]
