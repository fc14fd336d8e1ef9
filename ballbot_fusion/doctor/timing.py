"""Rates, stamps and clocks of the sensor streams."""

from collections.abc import Iterator
from statistics import median, quantiles

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import Source
from ballbot_fusion.core.topic_names import image_topics
from ballbot_fusion.doctor.computer import is_starved
from ballbot_fusion.doctor.finding import Finding, failed, passed, unknown
from ballbot_fusion.doctor.observed import FEWEST, IMU, JOINTS, Observed, Stream

SLOWEST, FASTEST = 0.75, 1.34
"""Share of the declared rate that is still it."""
SIMULATED_S = 3600.0
"""Stamps further than this from the system's time are simulated time."""
PROMPT = 10
"""Ages are judged by the youngest one in so many: on a busy machine the doctor itself is late."""
LONGEST_WAY_NS = 5_000_000_000
FUTURE_S = 0.005
"""Stamps may be ahead by so much: a resolution of milliseconds."""
ANOTHER_CLOCK_S = 0.25
"""Older than any driver's latency, s."""
APART_S = 0.5
"""In simulated time, newest stamps of two streams may differ by so much, s."""


def rates(robot: RobotConfig) -> dict[str, tuple[str, float, float]]:
    """By topic: the key of its rate, the rate [Hz], and the age from which it is stale [s]."""
    found = {
        IMU: ("imu.rate_hz", robot.imu.rate_hz, 0.02),
        JOINTS: ("encoders.rate_hz", robot.encoders.rate_hz, 0.04),
    }
    for source, topic in image_topics(robot).items():
        number = source - Source.CAMERA_0
        camera = robot.cameras[number]
        found[topic] = (f"cameras[{number}].rate_hz", camera.rate_hz, camera.stale_s)
    return found


def _sensors(observed: Observed) -> Iterator[tuple[str, Stream, str, float, float]]:
    for name, (key, rate_hz, stale_s) in rates(observed.robot).items():
        stream = observed.streams.get(name)
        if stream is not None and len(stream.stamps_ns) >= FEWEST:
            yield name, stream, key, rate_hz, stale_s


def rate(observed: Observed) -> Iterator[Finding]:
    """Each sensor sends as often as the robot file says. By stamps: those cannot be held up."""
    for name, stream, key, declared, _ in _sensors(observed):
        pairs = zip(stream.stamps_ns, stream.stamps_ns[1:], strict=False)
        period_ns = median(later - before for before, later in pairs)
        found = 1e9 / period_ns if period_ns > 0 else 0.0
        if SLOWEST * declared <= found <= FASTEST * declared:
            yield passed("rate", name, f"{found:.1f} Hz", f"{declared:g} Hz")
        else:
            yield failed(
                "rate", name, f"{found:.1f} Hz by its stamps", f"{declared:g} Hz", key,
                "Set the driver's rate, or write the true one into the robot file; the IMU needs "
                "100 Hz or more. 0 Hz: its stamps do not move.",
            )  # fmt: skip


def clock(observed: Observed) -> Iterator[Finding]:
    """Stamps are of this computer's clock, and recent."""
    streams = list(_sensors(observed))
    if not streams:
        yield unknown("clock", "all", "nothing was received")
        return
    seen = observed.processor
    starved = seen is not None and is_starved(seen)
    ages = {name: _ages_s(stream, starved) for name, stream, *_ in streams}
    if min(abs(min(found)) for found in ages.values()) > SIMULATED_S:
        yield from _simulated(streams)
        return
    for name, _, key, declared, stale_s in streams:
        youngest, usual = min(ages[name]), float(quantiles(ages[name], n=PROMPT)[0])
        if youngest < -FUTURE_S or youngest > ANOTHER_CLOCK_S:
            yield _another_clock(name, youngest)
        elif key.startswith("cameras") and usual + 1.0 / declared > stale_s:
            yield failed(
                "clock", name, f"images are {usual * 1e3:.0f} ms old when they arrive",
                f"with a period, below stale_s = {stale_s:g} s", key.replace("rate_hz", "stale_s"),
                f"Set {usual + 1.5 / declared:.2f} s, or make the camera faster.",
            )  # fmt: skip
        elif usual > stale_s:
            yield failed(
                "clock", name, f"{usual * 1e3:.0f} ms old on arrival", f"below {stale_s:g} s",
                f"{name}: driver's latency", "Make the driver faster: no filter, no batches.",
            )  # fmt: skip
        else:
            yield passed("clock", name, f"{usual * 1e3:.1f} ms old on arrival")


def _ages_s(stream: Stream, starved: bool) -> list[float]:
    """How old messages were on arrival; where the doctor itself waits for the processor, when sent.

    A way that takes longer than that is none: then sender and receiver differ on the time.
    """
    taken = stream.arrivals_ns
    if starved and stream.sent_ns:
        way_ns = min(a - s for a, s in zip(taken, stream.sent_ns, strict=True))
        taken = stream.sent_ns if 0 <= way_ns < LONGEST_WAY_NS else taken
    return [(at - stamp) * 1e-9 for stamp, at in zip(stream.stamps_ns, taken, strict=True)]


def _another_clock(name: str, offset_s: float) -> Finding:
    where = "behind" if offset_s > 0.0 else "ahead of"
    return failed(
        "clock", name, f"stamps are {abs(offset_s):.3f} s {where} this computer's clock",
        "stamps of this computer's clock", f"{name}: driver's clock",
        "Synchronise the driver's computer (chrony), or have the driver stamp with the system's "
        "time, not the sensor's.",
    )  # fmt: skip


def _simulated(streams: list[tuple[str, Stream, str, float, float]]) -> Iterator[Finding]:
    """In simulated time nothing but the streams' agreement can be judged."""
    newest = {name: stream.stamps_ns[-1] * 1e-9 for name, stream, *_ in streams}
    middle = median(newest.values())
    for name, stamp_s in newest.items():
        if abs(stamp_s - middle) > APART_S:
            yield _another_clock(name, middle - stamp_s)
        else:
            yield unknown("clock", name, "simulated time, the same as of the others")
