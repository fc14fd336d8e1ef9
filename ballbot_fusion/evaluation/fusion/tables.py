"""The tables of a comparison: what stands between the marks of its page."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ballbot_fusion.evaluation.fusion.cells import NOT_MEASURED, cell, number, short
from ballbot_fusion.evaluation.fusion.compared import Comparison, unmeasured
from ballbot_fusion.evaluation.fusion.failing import failing_sensors
from ballbot_fusion.evaluation.fusion.found import Key
from ballbot_fusion.evaluation.fusion.importance import MEASURES
from ballbot_fusion.evaluation.fusion.looks import ALWAYS, ATTENTION
from ballbot_fusion.evaluation.markdown import grid, revisions

HAZARD = "no_fall_no_contact"
KNOWN: Key = ("hazard", "known families", HAZARD)
STEPS = "vel_tracking_rmse"
OVERVIEWS: Sequence[Mapping[str, Key]] = (
    {
        "flat ground: upright": ("balance", "flat", "upright"),
        "rough ground: upright": ("balance", "rough", "upright"),
        "steps, flat: velocity error, m/s": ("track", "flat, steps", STEPS),
        "steps, rough: velocity error, m/s": ("track", "rough, steps", STEPS),
    },
    {
        "known hazards: no fall, no contact": KNOWN,
        "goal reached": ("hazard", "known families", "goal_reached"),
        "speed where the way is free, m/s": ("hazard", "known families", "free_speed"),
        "unseen hazards: no fall, no contact": ("hazard", "unseen families", HAZARD),
        "goal reached there": ("hazard", "unseen families", "goal_reached"),
    },
    {
        "courses, one camera lost: no fall, no contact": (
            "sensors", "courses, one camera lost", HAZARD,
        ),
        "both cameras lost: stopped and balanced": (
            "sensors", "courses, both cameras lost", "stopped_and_balanced",
        ),
    },
)  # fmt: skip
"""The closed-loop figures of the overview, by title: a table each."""


def _policies(data: Comparison) -> str:
    header = (
        "policy", "architecture", "parameters", "fused features", "training, minutes",
        "fitted to, samples", "seed", "file",
    )  # fmt: skip
    return grid(
        header,
        (
            (
                f"`{facts.name}`",
                facts.architecture,
                f"{facts.parameters:,}",
                str(facts.fused),
                *("?" if x is None else number(x) for x in (facts.minutes, facts.ticks)),
                "?" if facts.seed is None else str(facts.seed),
                facts.sha256[:12],
            )
            for facts in data.policies
        ),
    )


def _untrained(data: Comparison) -> str:
    if not data.untrained:
        return "Every settings file of config/train/ has its policy in models/."
    names = ", ".join(f"`{name}`" for name in data.untrained)
    return f"Settings in config/train/ without a trained policy in models/: {names}."


def _speed(data: Comparison) -> str:
    metrics = [f"{what}_{q}_us" for what in ("no_frames", "new_frames") for q in ("p50", "p99")]
    header = (
        "policy", "tick without frames, p50 us", "p99 us", "tick with new frames, p50 us", "p99 us",
    )  # fmt: skip
    rows = []
    for facts in data.policies:
        speed = data.of(facts).speed
        cells = [short(speed[name]) if name in speed else NOT_MEASURED for name in metrics]
        rows.append((f"`{facts.name}`", *cells))
    return grid(header, rows)


def _overview(data: Comparison, titles: Mapping[str, Key]) -> str:
    """A line per policy with any of these figures, a column per figure."""
    measured = [facts for facts in data.driven if set(titles.values()) & set(data.of(facts).rows)]
    if not measured:
        return f"{', '.join(titles)}: {NOT_MEASURED}, of any policy."
    rows = [
        (f"`{facts.name}`", *(cell(data.of(facts).rows.get(key)) for key in titles.values()))
        for facts in measured
    ]
    return grid(("policy", *titles), rows) + unmeasured(data, measured)


def _closed_loop(data: Comparison) -> str:
    return "\n\n".join(_overview(data, titles) for titles in OVERVIEWS)


def _sources(data: Comparison) -> str:
    lines = [
        f"- `{facts.name}`: `{origin['command']}` ({name}, {revisions(origin)}, {origin['date']})"
        for facts in data.driven
        for name, origin in data.of(facts).sources
    ]
    return "\n".join(lines) or f"Closed loop: {NOT_MEASURED}, of any policy."


def _modalities(data: Comparison, measure: str) -> str:
    """A line per policy that has the measure, a column per modality."""
    lines = {}
    for facts in data.asked:
        rows = (data.of(facts).uses or {})["rows"]
        line = {row["case"]: row for row in rows if row["metric"] == measure}
        if line:
            lines[facts.name] = line
    if not lines:
        return f"{measure}: {NOT_MEASURED}, of any policy."
    keys = list(dict.fromkeys(key for line in lines.values() for key in line))
    keys.sort(key=lambda key: key == ALWAYS)
    rows = ((f"`{name}`", *(short(line.get(key)) for key in keys)) for name, line in lines.items())
    return grid((measure, *keys), rows)


def _uses(data: Comparison) -> str:
    return "\n\n".join(_modalities(data, measure) for measure in MEASURES)


def _attention(data: Comparison) -> str:
    return _modalities(data, ATTENTION)


def _features(data: Comparison) -> str:
    header = ("policy", "features", "number", "mean", "std", "min", "max", "dead", "saturated")
    rows = []
    for facts in data.asked:
        for group in (data.of(facts).uses or {})["features"]:
            mean, std = (sum(group[name]) / group["size"] for name in ("mean", "std"))
            figures = (mean, std, min(group["min"]), max(group["max"]))
            useless = (", ".join(map(str, group[name])) or "-" for name in ("dead", "saturated"))
            name = (f"`{facts.name}`", group["group"], str(group["size"]))
            rows.append((*name, *(f"{x:.3f}" for x in figures), *useless))
    return grid(header, rows) if rows else f"Features: {NOT_MEASURED}, of any policy."


TABLES: dict[str, Callable[[Comparison], str]] = {
    "policies": _policies,
    "untrained": _untrained,
    "speed": _speed,
    "closed_loop": _closed_loop,
    "sensors": failing_sensors,
    "sources": _sources,
    "uses": _uses,
    "attention": _attention,
    "features": _features,
}
"""Makes the block of a name."""


def pictures_block(names: Sequence[str], start: str, folder: Path) -> str:
    """Links to those pictures whose name begins with ``start``."""
    shown = [name for name in names if name.startswith(start)]
    return (
        "\n\n".join(f"![{Path(n).stem}]({folder.as_posix()}/{n})" for n in shown) or "No picture."
    )
