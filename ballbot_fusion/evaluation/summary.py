"""The summary of a run without ROS, by the keys that a launch's summary has."""

from dataclasses import dataclass
from typing import Any

from ballbot_fusion.core.samples import Source
from ballbot_fusion.core.tick import Tick
from ballbot_fusion.evaluation.scenario import Episode

STREAMS = {
    "imu": Source.IMU,
    "joint_states": Source.ENCODERS,
    "camera_0": Source.CAMERA_0,
    "camera_1": Source.CAMERA_1,
}
"""Source by the name that summaries use."""


@dataclass(frozen=True)
class _Count:
    """Messages received by stream until a time (simulated ns)."""

    time_ns: int
    received: dict[str, int]

    @classmethod
    def of(cls, tick: Tick) -> "_Count":
        channels = tick.state.sync.channels
        received = {name: channels[source].received for name, source in STREAMS.items()}
        return cls(tick.state.now_ns, received)


class Tally:
    """Counts an episode's ticks and messages from the moment the stand lets go."""

    def __init__(self, episode: Episode) -> None:
        """Give ``add`` to ``episode.run``."""
        self._episode = episode
        self._first: _Count | None = None
        self._last: _Count | None = None
        self._ticks = 0

    def add(self, tick: Tick) -> None:
        """Take in one tick."""
        if self._episode.loop.log.released_ns is None:
            return
        self._ticks += 1
        self._last = _Count.of(tick)
        self._first = self._first or self._last

    def _rates_hz(self) -> dict[str, float | None]:
        first, last = self._first, self._last
        if first is None or last is None or last.time_ns <= first.time_ns:
            return dict.fromkeys(STREAMS)
        seconds = (last.time_ns - first.time_ns) * 1e-9
        return {
            name: round((last.received[name] - first.received[name]) / seconds, 2)
            for name in STREAMS
        }

    def summary(self, real_s: float) -> dict[str, Any]:
        """Return the run's figures; ``real_s`` is how long it took.

        No message travels here, so there is no latency to tell, and no tick can be late. Nor are
        faults planned.
        """
        loop = self._episode.loop
        figures = loop.summary()
        return {
            "upright_s": round(figures["upright_s"], 3),
            "fell": figures["fell"],
            "max_tilt_deg": round(figures["max_tilt_deg"], 3),
            "real_time_factor": round(loop.plant.time_ns * 1e-9 / real_s, 4),
            "rates_hz": self._rates_hz(),
            "latency_ms": {"p50": None, "p99": None},
            "ticks": self._ticks,
            "late_ticks": 0,
            "policy_share": round(figures["policy_share"], 6),
            "safety": figures["safety"],
            "faults_spoilt": {},
            "mode": "lockstep",
            "trajectory_sha256": figures["trajectory_sha256"],
            "policy": self._episode.policy_name,
            "policy_sha256": self._episode.policy_sha256,
        }
