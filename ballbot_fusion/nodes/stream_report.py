"""What inference says of its streams: rates, ages, masks."""

from collections.abc import Mapping
from typing import Any

from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.samples import Source
from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.core.tick import Tick
from ballbot_fusion.nodes.sensor_intakes import SensorIntakes

STREAMS = (Source.IMU, Source.ENCODERS, Source.CAMERA_0, Source.CAMERA_1)


class StreamReport:
    """Turns counts into rates, from one report to the next."""

    def __init__(self, now_ns: int) -> None:
        """Begin to count at ``now_ns`` (steady)."""
        self._counts: Mapping[str, int] = {}
        self._since_ns = now_ns

    def values(self, result: Tick, intakes: SensorIntakes, ticks: int) -> dict[str, Any]:
        """Return diagnostics by ``stream.figure``; ``hz`` alone is the rate of the ticks."""
        now_ns = result.state.now_ns
        counts = {source.name.lower(): intakes.received(source) for source in STREAMS}
        values = {
            f"{name}.hz".lstrip("."): rate
            for name, rate in self._rates({"": ticks, **counts}, now_ns).items()
        }
        for source in STREAMS:
            name, channel = source.name.lower(), result.state.sync.channels[source]
            age_ms = (now_ns - channel.taken_ns) * 1e-6
            values[f"{name}.received"] = counts[name]
            values[f"{name}.span_s"] = round(intakes.span_ns(source) * 1e-9, 3)
            values[f"{name}.age_ms"] = "-" if channel.sample is None else round(age_ms, 1)
            values[f"{name}.reason"] = result.sources[source].name
        return values

    def _rates(self, counts: Mapping[str, int], now_ns: int) -> dict[str, Any]:
        seconds = (now_ns - self._since_ns) * 1e-9
        before, self._counts, self._since_ns = self._counts, counts, now_ns
        if seconds <= 0.0:
            return {}
        return {
            name: round((count - before.get(name, 0)) / seconds, 1)
            for name, count in counts.items()
        }


def masked_in_words(spec: ObservationSpec, reasons: tuple[Reason, ...]) -> str:
    """Return ``modality: reason`` of each masked modality; empty when none is."""
    pairs = zip(spec.keys, reasons, strict=True)
    return "; ".join(f"{key}: {reason.text}" for key, reason in pairs if reason)
