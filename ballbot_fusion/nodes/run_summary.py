"""What the nodes' diagnostics amount to: a line for people, a summary for programs."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

Values = dict[str, str]
"""Key-value pairs of one node's diagnostics."""
STREAMS = {
    "imu": "imu",
    "joint_states": "encoders",
    "camera_0": "camera_0",
    "camera_1": "camera_1",
}
"""Topic by the name of its stream in the diagnostics of inference."""


def _number(values: Mapping[str, str], key: str) -> float | None:
    """A finite number, or nothing: anybody may publish diagnostics, and say what they like."""
    try:
        number = float(values[key])
    except (KeyError, ValueError):
        return None
    return number if isfinite(number) else None


def rates(now: Values, then: Values) -> dict[str, float | None]:
    """Messages per second that inference received between two of its reports."""
    seconds = ((_number(now, "time_ns") or 0.0) - (_number(then, "time_ns") or 0.0)) * 1e-9
    found: dict[str, float | None] = {}
    for topic, stream in STREAMS.items():
        counts = _number(now, f"{stream}.received"), _number(then, f"{stream}.received")
        if counts[0] is None or counts[1] is None or seconds <= 0.0:
            found[topic] = None
        else:
            found[topic] = round((counts[0] - counts[1]) / seconds, 2)
    return found


def spoilt(said: Values) -> dict[str, int]:
    """How much each fault spoilt, by its words: the newest, which bridge and inference tell."""
    keys = [key.removesuffix(".spoilt") for key in said if key.endswith(".spoilt")]
    counts = {key: int(_number(said, f"{key}.spoilt") or 0) for key in keys}
    return {said[key]: count for key, count in counts.items() if key in said}


def summary(values: Mapping[str, Values], at_arming: Values) -> dict[str, Any]:
    """Return the run's summary, by the keys that `ballbot sim` has, too (evaluation/summary.py)."""
    bridge, safety = values.get("mujoco_bridge", {}), values.get("safety", {})
    # A policy that died early may never have said a word.
    inference = values.get("inference", {})
    lockstep = bridge.get("mode") == "lockstep"
    ticks, late = (
        (_number(inference, key) or 0.0) - (_number(at_arming, key) or 0.0)
        for key in ("ticks", "late_ticks")
    )
    return {
        "upright_s": round(_number(bridge, "upright_s") or 0.0, 3),
        "fell": bridge.get("fell") == "True",
        "max_tilt_deg": round(_number(bridge, "max_tilt_deg") or 0.0, 3),
        "real_time_factor": _number(bridge, "real_time_factor"),
        "rates_hz": rates(inference, at_arming),
        "latency_ms": {
            "p50": _number(bridge, "latency_p50_ms"),
            "p99": _number(bridge, "latency_p99_ms"),
        },
        "ticks": int(ticks),
        "late_ticks": int(late),
        "policy_share": _number(safety, "policy_share"),
        "safety": safety.get("mode"),
        "faults_spoilt": {**spoilt(bridge), **spoilt(inference)},
        "mode": bridge.get("mode"),
        "trajectory_sha256": bridge.get("trajectory_sha256") if lockstep else None,
        "policy": inference.get("policy"),
        "policy_sha256": inference.get("policy_sha256"),
    }


def _stream(inference: Values, name: str) -> str:
    reason = inference.get(f"{name}.reason", "?")
    state = "ok" if reason == "OK" else reason.lower()
    return f"{inference.get(f'{name}.age_ms', '-')} ms {state}"


def status_line(values: Mapping[str, Values]) -> str:
    """Return one line: posture, pace, streams, control, latency."""
    bridge, inference = values.get("mujoco_bridge", {}), values.get("inference", {})
    safety = values.get("safety", {})
    hz = {name: inference.get(f"{name}.hz", "-") for name in STREAMS.values()}
    streams = "  ".join(
        f"{topic} {hz[name]} Hz {_stream(inference, name)}" for topic, name in STREAMS.items()
    )
    return (
        f"{safety.get('mode', 'no safety')}  upright {_number(bridge, 'upright_s') or 0.0:.0f} s  "
        f"tilt {bridge.get('tilt_deg', '-')} deg  speed {bridge.get('speed', '-')} m/s  "
        f"rtf {bridge.get('real_time_factor', '-')} | {streams} | "
        f"control {inference.get('hz', '-')} Hz, {inference.get('late_ticks', '-')} late | "
        f"latency p50 {bridge.get('latency_p50_ms', '-')} "
        f"p99 {bridge.get('latency_p99_ms', '-')} ms"
    )
