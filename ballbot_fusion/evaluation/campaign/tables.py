"""The blocks of the report: Markdown from a campaign's result, and from nothing else."""

from collections.abc import Callable, Mapping
from typing import Any

from ballbot_fusion.evaluation.campaign.blackouts import SENSORS
from ballbot_fusion.evaluation.campaign.limits import SURVIVED
from ballbot_fusion.evaluation.campaign.outcome import drives_by_sensor
from ballbot_fusion.evaluation.markdown import grid, results_grid, revisions

Result = Mapping[str, Any]
NOTHING = "Not driven yet."
GRAPH_STAGES = ("lockstep", "real_time")


def percent(value: float | None) -> str:
    """Return a share as people read it."""
    return "" if value is None else f"{round(100.0 * value, 1):g} %"


def _seconds(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value * 1e3:.0f} ms" if value < 1.0 else f"{value:.2f} s"


def _met(value: bool) -> str:
    return "yes" if value else "**no**"


def _interval(entry: Mapping[str, Any]) -> str:
    return f"{100 * entry['low']:.0f} to {100 * entry['high']:.0f} %"


def origin(result: Result) -> str:
    """Where the figures come from, and how much of the plan they are."""
    made = result["provenance"]
    sha256 = result["policy_sha256"] or "no file"
    seeds = ", ".join(
        f"{name}: {count['driven']} of {count['planned']} drives"
        for name, count in result["drives"].items()
    )
    return (
        f"`{made['command']}`, policy {result['policy']} ({sha256[:12]}), seeds "
        f"{result['seed']} to {result['seed'] + result['seeds'] - 1}, {revisions(made)}, "
        f"{made['date']}. {seeds}."
    )


def goals(result: Result) -> str:
    """The goals of the campaign, each over all drives that it is about."""
    return results_grid(result["rows"]) if result["rows"] else NOTHING


_CASE_HEADER = (
    "fault", "n", "upright (control)", "95 % interval", "promised", "as documented",
    "noticed within", "recovered within", "largest torque (control), N m",
    "largest tilt (control), °", "verdict",
)  # fmt: skip


def _beside(value: float, control: float | None) -> str:
    return f"{value:.2f}" if control is None else f"{value:.2f} ({control:.2f})"


def _case_cells(entry: Mapping[str, Any]) -> tuple[str, ...]:
    control = entry["control"]
    return (
        entry["case"], str(entry["n"]),
        percent(entry["upright"]) + ("" if control is None else f" ({percent(control)})"),
        _interval(entry), percent(entry["goal"]) or "-", percent(entry["as_documented"]),
        _seconds(entry["detection_s"]), _seconds(entry["recovery_s"]),
        _beside(entry["command"], entry["control_command"]),
        _beside(entry["tilt_deg"], entry["control_tilt_deg"]), _met(entry["met"]),
    )  # fmt: skip


def faults(result: Result, world: str) -> str:
    """Every fault in one world."""
    stages = result["stages"]
    entries = [e for name in ("cases", "courses") for e in stages.get(name, [])]
    own = [entry for entry in entries if entry["world"] == world]
    return grid(_CASE_HEADER, map(_case_cells, own)) if own else NOTHING


def unfaulted(result: Result) -> str:
    """Long drives in which nothing fails."""
    header = ("ground", "length", "n", "upright", "95 % interval", "policy alone", "verdict")
    lines = [
        (
            entry["world"], f"{entry['seconds']:g} s", str(entry["n"]), percent(entry["upright"]),
            _interval(entry), percent(entry["policy_alone"]), _met(entry["met"]),
        )
        for entry in result["stages"].get("unfaulted", [])
    ]  # fmt: skip
    return grid(header, lines) if lines else NOTHING


def stops(result: Result) -> str:
    """The emergency stop during every fault."""
    header = ("fault", "n", "counted", "zero and latched", "motors at zero within", "verdict")
    lines = [
        (
            entry["case"], str(entry["n"]), str(entry["counted"]), str(entry["stopped"]),
            _seconds(entry["zero_s"]), _met(entry["met"]),
        )
        for entry in result["stages"].get("stops", [])
    ]  # fmt: skip
    return grid(header, lines) if lines else NOTHING


def _survived(point: Mapping[str, Any] | None) -> str:
    return "" if point is None else f"{percent(point['survived'])} of {point['n']}"


def blackouts(result: Result) -> str:
    """Survival by length, a column per sensor and answer."""
    points = result["stages"].get("blackouts", [])
    there = {(point["sensor"], point["answer"], point["length_s"]): point for point in points}
    columns = [
        (sensor, answer)
        for sensor, own in drives_by_sensor(points).items()
        for answer in SENSORS[sensor].answers
        if any(point["answer"] == answer for point in own)
    ]
    lines = [
        (_seconds(length), *(_survived(there.get((*column, length))) for column in columns))
        for length in sorted({point["length_s"] for point in points})
    ]
    header = ("silent for", *(f"{sensor}, {answer}" for sensor, answer in columns))
    return grid(header, lines) if lines else NOTHING


def limits(result: Result) -> str:
    """The default limits, between what is healthy and what is fatal."""
    header = (
        "sensor", "limit", "default", "at least: a sensor that works", "at most: survived with no "
        f"answer, {percent(SURVIVED)}", "drives a length", "between",
    )  # fmt: skip
    lines = [
        (
            entry["sensor"], entry["what"], _seconds(entry["limit_s"]), _seconds(entry["least_s"]),
            "none" if entry["most_s"] is None else _seconds(entry["most_s"]), str(entry["n"]),
            _met(entry["holds"]),
        )
        for entry in result["stages"].get("limits", [])
    ]  # fmt: skip
    return grid(header, lines) if lines else NOTHING


def failures(result: Result) -> str:
    """Every drive that broke a promise, and how: with case and seed it can be seen again."""
    lines = [
        (
            entry["case"], entry["terrain"], str(entry["seed"]),
            "yes" if entry["upright"] else "fell", "; ".join(entry["breaches"]) or "fell",
        )
        for entry in result["failures"]
    ]  # fmt: skip
    header = ("fault", "ground", "seed", "upright", "what was not kept")
    return grid(header, lines) if lines else "None."


def graph(result: Result) -> str:
    """What was driven through the whole graph."""
    header = ("stage", "fault", "n", "counted", "upright", "95 % interval", "took over within",
              "motors at zero within", "largest tilt, °", "verdict")  # fmt: skip
    lines = [
        (
            stage, entry["case"], str(entry["n"]), str(entry["counted"]),
            percent(entry["upright"]) or "-", _interval(entry) if entry["counted"] else "-",
            _seconds(entry["takeover_s"]), _seconds(entry["zero_s"]),
            "-" if entry["tilt_deg"] is None else f"{entry['tilt_deg']:.1f}", _met(entry["met"]),
        )
        for stage in GRAPH_STAGES
        for entry in result["stages"].get(stage, [])
    ]  # fmt: skip
    return grid(header, lines) if lines else NOTHING


def driven_in(found: Result) -> str:
    """Say how long a soak was, and what happened in it."""
    what = (
        f"{found['faults']} faults ({found['without_effect']} without effect), {found['legs']} "
        f"legs, {found['falls']} falls, {found['bad_commands']} commands that cannot be"
    )
    if "driven" not in found:
        what = f"{found['simulated_s']:.0f} s of simulated time, {what}"
        return f"{what}, {found['processes']} processes"
    lost, broke = found["driven"] - found["legs"], "; ".join(found["broke"]) or "nothing"
    return (
        f"{found['simulated_s']:.0f} s by the clock, {what}, {found['processes']} launches; the "
        f"policy drove {100.0 * found['policy_share']:.1f} % of a leg at least; least real-time "
        f"factor {found['real_time_factor']:.3f}, {lost} legs did not count; broke: {broke}"
    )


def soak(result: Result, name: str) -> str:
    """What grew in the soak of that name, if anything did."""
    found = result.get(name)
    if not found:
        return NOTHING
    header = (
        "what",
        "first",
        "last",
        "growth in the whole soak",
        "at most",
        "tolerated",
        "verdict",
    )
    lines = [
        (
            entry["what"], f"{entry['first']:.4g} {entry['unit']}",
            f"{entry['last']:.4g} {entry['unit']}", f"{entry['growth']:+.3g} {entry['unit']}",
            f"{entry['most']:+.3g}", f"{entry['tolerated']:g} {entry['unit']}", entry["verdict"],
        )
        for entry in found["growth"]
    ]  # fmt: skip
    made = found["provenance"]
    head = f"`{made['command']}`, {revisions(made)}, {made['date']}: {driven_in(found)}."
    return f"{head}\n\n{grid(header, lines)}"


TABLES: dict[str, Callable[[Result], str]] = {
    "origin": origin,
    "goals": goals,
    "faults rough": lambda result: faults(result, "rough"),
    "faults flat": lambda result: faults(result, "flat"),
    "faults courses": lambda result: faults(result, "courses"),
    "unfaulted": unfaulted,
    "stops": stops,
    "blackouts": blackouts,
    "limits": limits,
    "failures": failures,
    "graph": graph,
    "soak": lambda result: soak(result, "soak"),
    "soak_graph": lambda result: soak(result, "soak_graph"),
}
"""Block by name."""
