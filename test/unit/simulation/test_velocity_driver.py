"""The simulated driver that takes velocities: its gain, rate, latency; and the loop over it."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.safety_settings import SafetySettings
from ballbot_fusion.core.samples import Source
from ballbot_fusion.evaluation.closed_loop import ClosedLoop
from ballbot_fusion.evaluation.scenario import LQR, Scenario, build
from ballbot_fusion.simulation.faults import Fault
from ballbot_fusion.simulation.velocity_driver import VelocityDriver, VelocityDriverSettings

ROBOT = RobotConfig.model_validate({"motors": {"velocity_gain": 0.4}})
NOW = VelocityDriverSettings(latency_s=0.0)
DRIVING = Scenario(
    LQR, seed=5, cameras=False, velocity=(0.4, 0.1, 0.0), robot=ROBOT,
    velocity_driver=VelocityDriverSettings(latency_s=0.005),
)  # fmt: skip
REST = (0.0, 0.0, 0.0)
speeds = st.tuples(*[st.floats(-30.0, 30.0)] * 3)


@given(speeds, speeds, st.floats(0.5, 2.0))
def test_it_pulls_by_its_gain_up_to_the_motors_torque(setpoint, speed, factor):
    driver = VelocityDriver(ROBOT, NOW.model_copy(update={"gain_factor": factor}))
    limit = ROBOT.wheels.max_torque
    expected = [
        min(max(0.4 * factor * (a - b), -limit), limit)
        for a, b in zip(setpoint, speed, strict=True)
    ]
    assert driver.torques(setpoint, speed) == pytest.approx(expected)


@pytest.mark.parametrize("late_ms", [0, 1, 7])
def test_setpoints_wait_for_the_latency_speeds_do_not(late_ms):
    driver = VelocityDriver(ROBOT, VelocityDriverSettings(latency_s=late_ms * 1e-3))
    heard = [driver.torques((1.0, 0.0, 0.0), (0.0, 0.5, 0.0)) for _ in range(10)]
    assert [torque[0] for torque in heard] == [0.0] * late_ms + [0.4] * (10 - late_ms)
    assert {torque[1] for torque in heard} == {-0.2}


def test_between_two_steps_of_its_loop_the_torque_stays():
    driver = VelocityDriver(ROBOT, NOW.model_copy(update={"rate_hz": 250.0}))
    torques = [driver.torques(REST, (float(ms), 0.0, 0.0))[0] for ms in range(12)]
    assert [a == b for a, b in pairwise(torques)] == [n % 4 != 3 for n in range(11)]


class _Blind:
    """A driver whose own encoders stand still."""

    def __init__(self, driver: VelocityDriver | None) -> None:
        assert driver is not None
        self._driver = driver

    def torques(self, setpoint: Vector, _: Vector) -> Vector:
        return self._driver.torques(setpoint, REST)


def _speed(loop: ClosedLoop) -> float:
    vx, vy, _ = loop.plant.simulation.ground_truth().velocity
    return float(np.hypot(vx, vy))


def test_a_robot_driven_by_velocities_follows_its_command():
    episode = build(DRIVING)
    summary = episode.run(5.0)
    assert not summary["fell"]
    assert summary["policy_share"] == 1.0
    velocity = episode.loop.plant.simulation.ground_truth().heading_velocity
    assert velocity[:2] == pytest.approx((0.4, 0.1), abs=0.05)
    assert max(map(abs, episode.loop.told)) > 3.0, "wheels turn, and setpoints with them"


def test_velocities_matter():
    """The same robot that was told torques moves a little otherwise."""
    torques = replace(DRIVING, velocity_driver=None)
    found = [build(entry).run(0.5)["trajectory_sha256"] for entry in (DRIVING, torques)]
    assert len(set(found)) == 2


@pytest.mark.parametrize("seconds", [0.2, 2.0])
def test_encoders_that_are_lost_while_it_drives_are_bridged(seconds):
    lost = replace(DRIVING, faults=(Fault("missing", Source.ENCODERS, 2.0, 2.0 + seconds),))
    episode = build(lost)
    summary = episode.run(5.0)
    assert not summary["fell"]
    assert episode.loop.safety.state.mode is Mode.ARMED


def test_a_driver_that_lost_its_speeds_as_well_makes_nothing_run_away():
    """Nobody can balance then; but it falls, and is a fault that brakes, without gaining speed."""
    lost = replace(DRIVING, faults=(Fault("missing", Source.ENCODERS, 2.0),))
    loop = build(lost).loop
    loop.run(2.0)
    loop.plant.driver = _Blind(loop.plant.driver)
    before = _speed(loop)
    loop.run(4.0, beyond_fall=True)
    assert loop.log.fell
    assert loop.safety.state.mode is Mode.FAULT
    assert loop.safety.state.reason.startswith("tilt ")
    assert loop.told == REST
    assert _speed(loop) < before


def test_encoders_that_stay_away_are_a_fault_that_brakes():
    lost = replace(DRIVING, faults=(Fault("missing", Source.ENCODERS, 2.0),))
    episode = build(lost)
    loop = episode.loop
    limits = SafetySettings()
    brakes_s = 2.0 + limits.encoder_brake_s
    loop.run(brakes_s - 0.1)
    assert loop.safety.state.mode is Mode.ARMED
    loop.run(brakes_s + 1.0)
    assert loop.safety.state.mode is Mode.FALLBACK
    assert not loop.log.fell
    loop.run(brakes_s + limits.encoder_hold_s + 0.2, beyond_fall=True)
    assert loop.safety.state.mode is Mode.FAULT
    assert loop.safety.state.reason.startswith("encoders: ")
    assert loop.told == REST
