"""Backlash: rotor and wheel are two masses with a gap between them, and nothing else."""

from dataclasses import replace
from math import e, radians, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballbot_fusion.core.robot import RobotConfig, Wheels
from ballbot_fusion.core.samples import JointSample
from ballbot_fusion.evaluation.scenario import LQR, Scenario, build
from ballbot_fusion.simulation.drivetrains.backlash import SETTLES_S, STIFFNESS, gap_name
from ballbot_fusion.simulation.drivetrains.omniwheel import wheel_inertia
from ballbot_fusion.simulation.model import TIMESTEP, build_model
from ballbot_fusion.simulation.settings import SimulationSettings
from ballbot_fusion.simulation.simulation import Simulation
from ballbot_fusion.simulation.terrain import make_terrain

FREE = RobotConfig(wheels=Wheels(preload=0.0))
"""Held up, its ball falls out: nothing but the gap acts on its wheels."""
NAME = FREE.joint_names[0]
ROTOR = FREE.wheels.rotor_inertia
WHEEL = wheel_inertia(FREE)[1]
FLAT = make_terrain("flat", 0)
REST = (0.0, 0.0, 0.0)
gaps = st.floats(0.1, 5.0)
few = settings(max_examples=20, deadline=None)


class Motor:
    """The first rotor and its wheel, in the air."""

    def __init__(self, backlash_deg: float, robot: RobotConfig = FREE) -> None:
        errors = SimulationSettings(noise=False, motor_backlash_deg=backlash_deg)
        self.simulation = Simulation(
            robot, FLAT, seed=0, drivetrain="rollers", settings=errors, max_initial_tilt_deg=0.0
        )
        self.half = radians(backlash_deg) / 2.0
        self.read = list[float]()
        for _ in range(150):
            self.step(0.0)

    def step(self, torque: float) -> None:
        for sample in self.simulation.step((torque, 0.0, 0.0)):
            if isinstance(sample, JointSample):
                self.read.append(sample.position[0])

    @property
    def gap(self) -> float:
        """How far the wheel is ahead, rad."""
        return float(self.simulation.data.joint(gap_name(NAME)).qpos[0])

    @property
    def rotor(self) -> float:
        """rad/s."""
        return float(self.simulation.data.joint(NAME).qvel[0])

    @property
    def wheel(self) -> float:
        """rad/s."""
        return self.rotor + float(self.simulation.data.joint(gap_name(NAME)).qvel[0])

    @property
    def energy(self) -> float:
        """Of motion, J."""
        return 0.5 * (ROTOR * self.rotor**2 + WHEEL * self.wheel**2)

    @property
    def momentum(self) -> float:
        """Of both about their axis, kg m^2/s."""
        return ROTOR * self.rotor + WHEEL * self.wheel


@few
@given(gaps, st.floats(0.02, 1.0), st.sampled_from([-1.0, 1.0]))
def test_a_rotor_crosses_the_gap_as_its_inertia_says_and_the_wheel_waits(gap_deg, torque, sign):
    motor = Motor(gap_deg)
    assert abs(motor.gap) < 0.1 * motor.half, "at rest it is in the middle"
    needed_s = sqrt(2.0 * motor.half * ROTOR / torque)
    steps = 0
    while abs(motor.gap) < motor.half and steps < 1000:
        free = abs(motor.wheel)
        motor.step(sign * torque)
        steps += 1
        if abs(motor.gap) < motor.half:
            assert free < 1e-3
            assert motor.rotor == pytest.approx(sign * torque / ROTOR * steps * 1e-3, rel=0.02)
    assert steps * 1e-3 == pytest.approx(needed_s, abs=1.1e-3)
    for _ in range(20):
        motor.step(sign * torque)
    assert motor.wheel * sign > 0.0, "then it is taken along"


@few
@given(gaps, st.floats(0.5, 30.0), st.sampled_from([-1.0, 1.0]))
def test_without_torque_energy_never_grows_and_momentum_stays(gap_deg, speed, sign):
    motor = Motor(gap_deg)
    motor.simulation.data.joint(NAME).qvel[0] = sign * speed
    motor.simulation.data.joint(gap_name(NAME)).qvel[0] = -sign * speed
    before, momentum = motor.energy, motor.momentum
    last = before
    for _ in range(150):
        motor.step(0.0)
        assert motor.energy <= 1.001 * before
        if abs(motor.gap) < motor.half:  # no teeth are pressed: what is there is all
            assert motor.energy <= 1.001 * last
            last = motor.energy
        assert motor.momentum == pytest.approx(momentum, rel=0.03)
        # An end is noticed a step late at most; then the teeth give as a critical damper does.
        assert abs(motor.gap) < motor.half + speed * (TIMESTEP + SETTLES_S / e)
    # What two masses have left once they move as one.
    assert motor.energy < before * (ROTOR / (ROTOR + WHEEL) + 0.5 * WHEEL / (ROTOR + WHEEL))


@pytest.mark.parametrize("torque", [0.5, -1.0])
def test_pressed_teeth_give_as_a_gearbox_does(torque):
    motor = Motor(0.3)
    for _ in range(20):
        motor.step(torque)
    passed_on = abs(torque) * WHEEL / (WHEEL + ROTOR)
    assert abs(motor.gap) - motor.half == pytest.approx(passed_on / STIFFNESS, rel=0.15)
    assert motor.rotor == pytest.approx(motor.wheel, abs=0.01)


def test_encoders_are_on_the_rotors():
    motor = Motor(5.0)
    seen, turned = motor.read[-1], 0.0
    for _ in range(round(1e3 * sqrt(2.0 * 0.9 * motor.half * ROTOR / 0.05))):
        motor.step(0.05)
        turned += motor.wheel * 1e-3
    assert motor.read[-1] - seen > 0.7 * motor.half
    assert abs(turned) < 1e-3 * motor.half


def test_backlash_adds_no_mass_and_none_leaves_the_model_as_it_was():
    without, with_ = (build_model(FREE, FLAT, "rollers", deg) for deg in (0.0, 0.3))
    assert np.array_equal(without.body_mass, with_.body_mass)
    assert np.array_equal(without.body_inertia, with_.body_inertia)
    assert with_.nv == without.nv + 3
    for name in FREE.joint_names:
        assert np.degrees(with_.joint(gap_name(name)).range) == pytest.approx((-0.15, 0.15))
    plain = build_model(FREE, FLAT, "rollers")
    assert plain.nv == without.nv
    assert gap_name(NAME) not in [without.joint(i).name for i in range(without.njnt)]


def test_who_has_no_rotors_has_no_backlash():
    with pytest.raises(ValueError, match=r"'ideal' has no rotors.*Choose the drivetrain 'rollers'"):
        build_model(FREE, FLAT, "ideal", 0.3)
    bare = RobotConfig(wheels=Wheels(rotor_inertia=0.0))
    with pytest.raises(ValueError, match=r"rotor_inertia of the robot file is 0"):
        build_model(bare, FLAT, "rollers", 0.3)


def test_it_balances_and_drives_over_the_gap():
    """With lag, dead time and friction as the simulated hardware has them."""
    worn = SimulationSettings(
        motor_delay_s=0.002, motor_lag_s=0.003, motor_friction=0.03, motor_backlash_deg=0.3
    )
    scenario = Scenario(
        LQR, seed=3, cameras=False, drivetrain="rollers", errors=worn, velocity=(0.3, 0.0, 0.0)
    )
    loop = build(scenario).loop
    simulation = loop.plant.simulation
    ends = set()
    for seconds in np.arange(0.1, 3.0, 0.01):
        loop.run(float(seconds))
        gap = float(simulation.data.joint(gap_name(NAME)).qpos[0])
        ends.add(round(gap / radians(0.15)))
    assert not simulation.fallen
    assert {-1, 1} <= ends, "both ends were pressed"
    assert simulation.ground_truth().heading_velocity[0] == pytest.approx(0.3, abs=0.06)
    other = build(replace(scenario, errors=worn.model_copy(update={"motor_backlash_deg": 0.0})))
    assert other.run(3.0)["trajectory_sha256"] != loop.log.summary()["trajectory_sha256"]
