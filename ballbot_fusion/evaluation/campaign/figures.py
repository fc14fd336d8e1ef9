"""What a campaign says of one fault in one world: survival, times and sizes, and the verdict."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ballbot_fusion.evaluation.results import share
from ballbot_fusion.evaluation.suites.fault_cases import CASES, HEALTHY
from ballbot_fusion.evaluation.suites.faults import upright_goal

Episode = dict[str, Any]
"""What ``suites.faults.run`` returns."""


@dataclass(frozen=True)
class CaseFigures:
    """All drives with one fault in one world. Times in s; None where there is none to tell."""

    world: str
    case: str
    n: int
    upright: float
    low: float
    high: float
    """Share of drives without a fall, and its Wilson interval."""
    control: float | None
    """The same share of the drives of the same seeds in which nothing fails."""
    goal: float | None
    """Least share that the table of reactions promises; None: none is promised."""
    as_documented: float
    """Share of drives in which robot and safety did what the table says."""
    untouched: float
    """Share of drives in which no part of the robot touched an obstacle."""
    bad_commands: int
    """Commands to the motors that were not finite or out of their limits."""
    detection_s: float | None
    """Longest time until a stream was judged otherwise than in the control."""
    recovery_s: float | None
    """Longest time after the end of the fault until all are judged as in the control again."""
    command: float
    """Largest torque since the fault began, N m."""
    control_command: float | None
    """None: these drives were not compared with one in which nothing fails."""
    tilt_deg: float
    """Largest tilt since the fault began, degrees."""
    control_tilt_deg: float | None
    met: bool
    """The verdict: documented in every drive, nothing bad at the motors, the goal reached."""


def _longest(episodes: Sequence[Episode], key: str) -> float | None:
    found = (entry.get(key) for entry in episodes)
    return max((float(value) for value in found if value is not None), default=None)


def _largest(episodes: Sequence[Episode], key: str) -> float:
    return max(float(entry[key]) for entry in episodes)


def _of(world: str, name: str, episodes: Sequence[Episode], control: float | None) -> CaseFigures:
    goal = upright_goal(CASES[name], world)
    upright = share(name, "upright", [entry["upright"] for entry in episodes], goal)
    kept = share(name, "as_documented", [not entry["breaches"] for entry in episodes], 1.0)
    bad = sum(entry["bad_commands"] for entry in episodes)
    return CaseFigures(
        world=world,
        case=name,
        n=len(episodes),
        upright=upright.value,
        low=upright.low,
        high=upright.high,
        control=control,
        goal=goal,
        as_documented=kept.value,
        untouched=sum(not entry.get("touched") for entry in episodes) / len(episodes),
        bad_commands=bad,
        detection_s=_longest(episodes, "detection_s"),
        recovery_s=_longest(episodes, "recovery_s"),
        command=_largest(episodes, "command_since"),
        control_command=_longest(episodes, "control_command_since"),
        tilt_deg=_largest(episodes, "tilt_since_deg"),
        control_tilt_deg=_longest(episodes, "control_tilt_since_deg"),
        met=kept.met is True and upright.met is not False and bad == 0,
    )


def case_figures(world: str, episodes: Sequence[Episode]) -> list[dict[str, Any]]:
    """Return one entry per case, as plain data, in the order of the table."""
    healthy = [entry["upright"] for entry in episodes if entry["case"] == HEALTHY]
    control = sum(healthy) / len(healthy) if healthy else None
    found = []
    for name in CASES:
        own = [entry for entry in episodes if entry["case"] == name]
        if own:
            found.append(asdict(_of(world, name, own, control)))
    return found
