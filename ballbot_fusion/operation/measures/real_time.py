"""A long run at the pace of the clock."""

from typing import Any

from ballbot_fusion.evaluation.results import Row, at_least, at_most, share
from ballbot_fusion.operation.measures.setting import Setting
from ballbot_fusion.operation.measures.summaries import launched_summary

SECONDS, REPEATS = 600.0, 1
RATES_HZ = {"imu": 990.0, "joint_states": 495.0, "camera_0": 29.5, "camera_1": 29.5}
"""Least rates as received by inference."""
GOAL_FACTOR = 0.98


def run(setting: Setting) -> list[Row]:
    """Launch for ``seconds``; the figures are those of the summary."""
    summaries = []
    for number in range(setting.repeats):
        summaries.append(launched_summary(setting, f"run_{number}", setting.seconds))
        setting.advance()
    case = f"{setting.seconds:g} s"
    upright = [not s["fell"] and s["upright_s"] >= setting.seconds for s in summaries]
    return [
        share(case, "upright", upright, 1.0),
        at_least(case, "real_time_factor", _all(summaries, "real_time_factor"), GOAL_FACTOR),
        *(
            at_least(case, f"{name}_hz", [s["rates_hz"][name] for s in summaries], goal)
            for name, goal in RATES_HZ.items()
        ),
        at_least(case, "policy_share", _all(summaries, "policy_share"), None),
        at_most(case, "late_ticks_share", [s["late_ticks"] / s["ticks"] for s in summaries], None),
        at_most(case, "latency_p50_ms", [s["latency_ms"]["p50"] for s in summaries], None),
        at_most(case, "latency_p99_ms", [s["latency_ms"]["p99"] for s in summaries], None),
        at_most(case, "max_tilt_deg", _all(summaries, "max_tilt_deg"), None),
    ]


def _all(summaries: list[dict[str, Any]], key: str) -> list[float]:
    return [summary[key] for summary in summaries]
