"""Encoders with wrong signs or orders from the beginning, in closed loop; and what is right."""

from dataclasses import dataclass
from math import degrees

import pytest

from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.samples import Source
from ballbot_fusion.core.tick import Tick
from ballbot_fusion.evaluation.scenario import LQR, Scenario, build
from ballbot_fusion.evaluation.script import Push
from ballbot_fusion.simulation.faults import Fault

DRIVE = (0.4, 0.0, 0.3)
WORDS = {
    "crossed": "wheel_0_joint and wheel_1_joint are swapped",
    "reversed": "every wheel counts backward",
}
FOUND_S, SPEED, TILT_DEG = 1.5, 0.45, 8.0
"""When a robot that is told to drive is stopped at the latest after it was armed; how fast it moves
until then, m/s, and how far it leans, degrees."""


@dataclass
class Drive:
    """How it went until safety stopped it, or to the end."""

    seconds: float = 0.0
    speed: float = 0.0
    tilt_deg: float = 0.0
    reason: str = ""
    fault: bool = False
    proven: bool = False


def driven(scenario: Scenario) -> Drive:
    loop, found = build(scenario).loop, Drive()

    def each(tick: Tick) -> None:
        if loop.log.released_ns is None or found.fault:
            return
        truth = loop.plant.simulation.ground_truth()
        vx, vy, _ = truth.velocity
        found.seconds = (tick.state.now_ns - loop.log.released_ns) * 1e-9
        found.speed = max(found.speed, (vx * vx + vy * vy) ** 0.5)
        found.tilt_deg = max(found.tilt_deg, degrees(truth.tilt))
        found.fault = loop.safety.state.mode is Mode.FAULT

    loop.run(scenario.seconds, each)
    state = loop.safety.state
    found.reason, found.fault = state.reason, state.mode is Mode.FAULT
    found.proven = state.wheels is not None and state.wheels.proven
    return found


def scenario(seed: int, *faults: Fault, seconds: float = 2.0, **changes: object) -> Scenario:
    given: dict = {"velocity": DRIVE, "cameras": False, **changes}
    return Scenario(LQR, seed=seed, seconds=seconds, faults=faults, **given)


@pytest.mark.parametrize("kind", WORDS)
@pytest.mark.parametrize("seed", [0, 1])
def test_wrong_cables_are_found_and_named_before_it_drives_fast(kind: str, seed: int) -> None:
    fault = Fault(kind, Source.ENCODERS)
    found = driven(scenario(seed, fault, randomise=bool(seed)))
    assert found.fault
    assert "contradict the IMU, as if " in found.reason
    assert WORDS[kind] in found.reason
    assert found.seconds < FOUND_S
    assert found.speed < SPEED
    assert found.tilt_deg < TILT_DEG


def test_a_robot_that_nobody_drives_is_stopped_before_it_runs_away() -> None:
    found = driven(scenario(0, Fault("reversed", Source.ENCODERS), seconds=4.0, velocity=None))
    assert WORDS["reversed"] in found.reason
    assert found.speed < 0.25


@pytest.mark.parametrize("kind", ["joint_order", "frozen", "noisy", "unordered", "late"])
def test_other_faults_of_the_encoders_are_not_taken_for_it(kind: str) -> None:
    fault = Fault(kind, Source.ENCODERS)
    assert "contradict" not in driven(scenario(5, fault, seconds=1.2)).reason


@pytest.mark.parametrize(
    ("terrain", "drivetrain"), [("flat", "ideal"), ("rough", "ideal"), ("flat", "rollers")]
)
def test_right_cables_are_proven_whoever_pushes(terrain: str, drivetrain: str) -> None:
    pushes = (Push(0.1, (60.0, 40.0, 0.0)), Push(0.9, (-50.0, 60.0, 0.0)))
    found = driven(
        scenario(
            2, seconds=1.6, terrain=terrain, drivetrain=drivetrain, randomise=True, pushes=pushes
        )
    )
    assert (found.fault, found.proven) == (False, True)


def test_what_was_proven_is_not_looked_at_again_until_the_next_arming() -> None:
    pushes = (Push(0.1, (60.0, 40.0, 0.0)), Push(0.5, (-50.0, 60.0, 0.0)))
    crossed = Fault("crossed", Source.ENCODERS, 1.5)
    found = driven(scenario(2, crossed, pushes=pushes))
    assert found.proven
    assert "contradict" not in found.reason
