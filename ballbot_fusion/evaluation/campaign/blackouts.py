"""Survival against the length of a blackout, by sensor: what the limits of staleness rest on.

IMU and encoders fall silent on rough ground at 0.3 to 0.5 m/s; both cameras on hazard courses,
where an obstacle that is touched counts as a fall. What answers to the silence is varied:

* ``as shipped``: masks, safety and their limits as they are;
* ``limits open``: the policy is told of masks, and safety waits for ever instead of faulting;
* ``untold``: safety waits, and the policy is told that nothing is masked.

"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ballbot_fusion.core.safety_settings import SafetySettings
from ballbot_fusion.core.samples import Source
from ballbot_fusion.evaluation.campaign.cases import driving
from ballbot_fusion.evaluation.errands import course_operator
from ballbot_fusion.evaluation.results import share
from ballbot_fusion.evaluation.scenario import MASK, NO_FILES, Scenario, build
from ballbot_fusion.simulation.faults import Fault
from ballbot_fusion.simulation.sensors.noise import stream
from ballbot_fusion.simulation.terrain import COURSES

SHORT_S = 10.0
LENGTHS_S = (
    0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.12, 0.2, 0.3, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0,
)  # fmt: skip
"""How long a sensor is silent, s."""
SHIPPED, OPEN, UNTOLD = "as shipped", "limits open", "untold"
WAITING_S = 1000.0
"""Safety's limits where they are open, s."""
AFTER_S = 3.0
"""How long the robot must be upright afterwards, s."""
_PURPOSE = 108  # of a random stream, beside the numbers of the sensors


@dataclass(frozen=True)
class Sensor:
    """One sensor, or two that fail together."""

    sources: tuple[Source, ...]
    ground: str
    """``rough``, or ``courses``."""
    answers: tuple[str, ...]
    """What answers to the silence."""


SENSORS = {
    "imu": Sensor((Source.IMU,), "rough", (SHIPPED, OPEN, UNTOLD)),
    "encoders": Sensor((Source.ENCODERS,), "rough", (SHIPPED, OPEN, UNTOLD)),
    # Safety does not look at cameras: it has no limits to open.
    "cameras": Sensor((Source.CAMERA_0, Source.CAMERA_1), "courses", (SHIPPED, UNTOLD)),
}


def name_of(sensor: str, answer: str, length_s: float) -> str:
    """Return the name of a case."""
    return f"{sensor} silent for {length_s:g} s, {answer}"


def _scenario(policy: str, seed: int, sensor: str, answer: str, length_s: float) -> Scenario:
    """Begin anywhere within 0.5 s, for a blackout of 10 ms may fall between two frames."""
    entry = SENSORS[sensor]
    start_s = 3.0 + float(stream(seed, _PURPOSE).uniform(0.0, 0.5))
    if entry.ground == "rough":
        base = driving(policy, "rough", seed)
    else:
        base = Scenario(policy, COURSES[seed % len(COURSES)], seed)
    return replace(
        base,
        seconds=start_s + length_s + AFTER_S,
        faults=tuple(Fault("missing", s, start_s, start_s + length_s) for s in entry.sources),
        ablate=MASK if answer == UNTOLD and policy not in NO_FILES else None,
        case=name_of(sensor, answer, length_s),
    )


def _all() -> list[tuple[str, str, float]]:
    return [
        (sensor, answer, length_s)
        for sensor, entry in SENSORS.items()
        for answer in entry.answers
        for length_s in LENGTHS_S
    ]


def scenarios(policy: str, seeds: Sequence[int], seconds: float) -> list[Scenario]:
    """Return all drives, seed by seed; their lengths are what is measured, whatever ``seconds``."""
    del seconds
    return [_scenario(policy, seed, *entry) for seed in seeds for entry in _all()]


def short(policy: str, seed: int) -> list[Scenario]:
    """Return an IMU that is silent for long, which must end early, and one for an instant."""
    chosen = (("imu", SHIPPED, 0.5), ("imu", OPEN, LENGTHS_S[0]))
    return [replace(_scenario(policy, seed, *entry), seconds=4.5) for entry in chosen]


def _parts(case: str) -> tuple[str, str, float]:
    return next(entry for entry in _all() if name_of(*entry) == case)


def run(scenario: Scenario) -> dict[str, Any]:
    """Drive one; it is survived when nothing but the ball touched anything, to the end."""
    sensor, answer, length_s = _parts(scenario.case)
    settings = SafetySettings()
    if answer != SHIPPED:
        waiting = {"imu_fault_s": WAITING_S, "encoder_brake_s": WAITING_S}
        settings = settings.model_copy(update=waiting)
    episode = build(scenario, course_operator(scenario), safety=settings)
    summary = episode.run(scenario.seconds)
    touched = episode.loop.plant.simulation.touched
    return {
        "case": scenario.case,
        "sensor": sensor,
        "answer": answer,
        "length_s": length_s,
        "terrain": scenario.terrain,
        "seed": scenario.seed,
        "success": not (summary["fell"] or touched),
        "touched": touched,
        "effects": episode.loop.plant.fault_effects,
        **summary,
    }


def figures(episodes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one point per sensor, answer and length, the shortest first."""
    found = []
    for sensor, answer, length_s in _all():
        own = [e for e in episodes if e["case"] == name_of(sensor, answer, length_s)]
        if not own:
            continue
        row = share(sensor, "survived", [entry["success"] for entry in own], None)
        found.append(
            {
                "sensor": sensor,
                "answer": answer,
                "length_s": length_s,
                "n": row.n,
                "survived": row.value,
                "low": row.low,
                "high": row.high,
                "tilt_deg": max(entry["max_tilt_deg"] for entry in own),
                "took_effect": sum(all(entry["effects"]) for entry in own),
            }
        )
    return found
