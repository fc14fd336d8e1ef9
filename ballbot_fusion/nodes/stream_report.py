"""What nodes say of their streams: rates, ages, masks, and what they refused."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from ballbot_fusion.core.samples import Source
from ballbot_fusion.core.synchronizer import Refused
from ballbot_fusion.core.tick import Tick
from ballbot_fusion.nodes.intake import Intake
from ballbot_fusion.nodes.sensor_intakes import SensorIntakes

STREAMS = (Source.IMU, Source.ENCODERS, Source.CAMERA_0, Source.CAMERA_1)


class RefusedCount:
    """Counts every sample that was not trusted, by stream and reason."""

    def __init__(self) -> None:
        """Begin with none."""
        self.counts: Counter[Refused] = Counter()

    def add(self, refused: Iterable[Refused]) -> None:
        """Count what one tick refused."""
        self.counts.update(refused)

    def values(self) -> dict[str, str]:
        """Diagnostics: ``stream.refused`` is ``REASON count, REASON count``, most often first."""
        found: dict[str, list[str]] = {}
        for (source, reason), count in self.counts.most_common():
            found.setdefault(f"{source.name.lower()}.refused", []).append(f"{reason.name} {count}")
        return {name: ", ".join(words) for name, words in found.items()}


class StreamReport:
    """Turns counts into rates, from one report to the next."""

    def __init__(self, now_ns: int, intakes: SensorIntakes) -> None:
        """Begin to count at ``now_ns`` (steady): what ``intakes`` received before is no rate."""
        self._counts: Mapping[str, int] = _received(intakes)
        self._since_ns = now_ns
        self.refused = RefusedCount()

    def values(self, result: Tick, intakes: SensorIntakes, ticks: int) -> dict[str, Any]:
        """Return diagnostics by ``stream.figure``; ``hz`` alone is the rate of the ticks."""
        now_ns = result.state.now_ns
        counts = _received(intakes)
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
        return {**values, **self.refused.values(), **unread(intakes.by_source.values())}

    def _rates(self, counts: Mapping[str, int], now_ns: int) -> dict[str, Any]:
        seconds = (now_ns - self._since_ns) * 1e-9
        before, self._counts, self._since_ns = self._counts, counts, now_ns
        if seconds <= 0.0:
            return {}
        return {
            name: round((count - before.get(name, 0)) / seconds, 1)
            for name, count in counts.items()
        }


def _received(intakes: SensorIntakes) -> dict[str, int]:
    return {source.name.lower(): intakes.received(source) for source in STREAMS}


def unread(intakes: Iterable[Intake[Any]]) -> dict[str, str]:
    """Diagnostics: ``topic.unread`` is how many messages could not be read, and why the newest."""
    return {
        f"{intake.topic}.unread": f"{intake.refused}; {intake.refusal}"
        for intake in intakes
        if intake.refused
    }


def masked_in_words(result: Tick) -> str:
    """Return ``modality: reason`` of each masked modality; empty when none is."""
    # By the tick's own keys: the policy that comes next may sense others.
    pairs = zip(result.observation, result.reasons, strict=True)
    return "; ".join(f"{key}: {reason.text}" for key, reason in pairs if reason)
