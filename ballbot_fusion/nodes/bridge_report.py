"""What the bridge says of a run in its diagnostics."""

from collections.abc import Mapping
from math import degrees
from typing import TYPE_CHECKING, Any

from diagnostic_msgs.msg import DiagnosticStatus

if TYPE_CHECKING:
    from ballbot_fusion.nodes.mujoco_bridge import MujocoBridge


def of(bridge: "MujocoBridge") -> tuple[bytes, str, Mapping[str, Any]]:
    """Return level (DiagnosticStatus), a sentence and the figures of the run so far."""
    simulation, log, watchdog = bridge.simulation, bridge.log, bridge.motors.watchdog
    truth = simulation.ground_truth()
    # Whoever heard nothing when the run ended is told of the run, not of what came after it.
    summary = bridge.ended or log.summary()
    latency = bridge.latency.percentiles_ms()
    speed = (truth.velocity[0] ** 2 + truth.velocity[1] ** 2) ** 0.5
    level = DiagnosticStatus.ERROR if log.fell else DiagnosticStatus.OK
    sentence = "fallen" if log.fell else "held" if simulation.held else "upright"
    return level, sentence, {
        **summary,
        "held": simulation.held,
        "finished": bridge.finished,
        "mode": "lockstep" if bridge.in_lockstep else "real_time",
        "tilt_deg": round(degrees(truth.tilt), 3),
        "speed": round(speed, 4),
        "motors_zeroed": watchdog.zeroed,
        "motors_zeroed_after_ms": round(watchdog.longest_ms, 1),
        "real_time_factor": round(bridge.real_time_factor, 4),
        "latency_p50_ms": "-" if latency is None else round(latency[0], 3),
        "latency_p99_ms": "-" if latency is None else round(latency[1], 3),
        **bridge.faults.values(simulation.time_ns),
    }  # fmt: skip
