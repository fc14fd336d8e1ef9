"""The drivetrain with real contact: masses, preload, kinematics, slip, and that it balances."""

from math import cos, radians

import mujoco
import numpy as np
import pytest
from support.rolling import ball_spin, contact_forces, rolling, steps

from ballbot_fusion.core.kinematics import BallKinematics, wheel_matrix
from ballbot_fusion.core.robot import Ball, Base, RobotConfig, Rollers, Wheels
from ballbot_fusion.evaluation.scenario import LQR, Scenario, build
from ballbot_fusion.simulation.model import BASE, build_model
from ballbot_fusion.simulation.terrain import TERRAINS, make_terrain

ROBOTS = {
    "default": RobotConfig(),
    "other": RobotConfig(
        ball=Ball(radius=0.14, mass=3.0),
        base=Base(mass=6.0, com_height=0.3, height=0.8),
        wheels=Wheels(
            radius=0.04, zenith_deg=38.0, azimuth_deg=(20.0, 140.0, 260.0),
            rollers=Rollers(count=12, radius=0.008, mass=0.008),
        ),
    ),
}  # fmt: skip
ROBOT = ROBOTS["default"]
REST = (0.0, 0.0, 0.0)


@pytest.fixture(params=ROBOTS.values(), ids=ROBOTS.keys())
def robot(request: pytest.FixtureRequest) -> RobotConfig:
    return request.param


# --- the model ---


@pytest.mark.parametrize("terrain", TERRAINS)
def test_it_builds_on_every_terrain(terrain: str) -> None:
    simulation = rolling(terrain=terrain)
    steps(simulation, 20)
    assert not simulation.fallen
    assert simulation.held


def test_base_and_wheels_weigh_together_what_the_robot_file_says(robot: RobotConfig) -> None:
    model = build_model(robot, make_terrain("flat", 0), "rollers")
    data = mujoco.MjData(model)
    mujoco.mj_forward(model, data)
    base = model.body(BASE).id
    assert model.body_subtreemass[base] == pytest.approx(robot.base.mass)
    assert model.body_subtreemass[0] == pytest.approx(robot.base.mass + robot.ball.mass)
    assert data.subtree_com[base] == pytest.approx([0.0, 0.0, robot.base.com_height], abs=1e-9)
    # Moments xx, yy, zz, xy, xz, yz of the whole about its centre of mass.
    assert data.crb[base][:6] == pytest.approx([*robot.base.inertia, 0.0, 0.0, 0.0], abs=1e-6)


def test_wheels_are_balanced(robot: RobotConfig) -> None:
    model = build_model(robot, make_terrain("flat", 0), "rollers")
    data = mujoco.MjData(model)
    data.qpos[3:7] = np.array([0.9, 0.3, -0.2, 0.1]) / np.linalg.norm([0.9, 0.3, -0.2, 0.1])
    mujoco.mj_forward(model, data)
    wheels = [model.joint(name).dofadr[0] for name in robot.joint_names]
    assert data.qfrc_bias[wheels] == pytest.approx(np.zeros(3), abs=1e-9)


def test_motors_are_in_the_order_of_the_joints(robot: RobotConfig) -> None:
    model = build_model(robot, make_terrain("flat", 0), "rollers")
    assert [model.actuator(i).name for i in range(model.nu)] == list(robot.joint_names)
    assert np.all(model.actuator_ctrlrange == [-robot.wheels.max_torque, robot.wheels.max_torque])


def test_wheels_heavier_than_the_base_are_refused() -> None:
    light = RobotConfig(base=Base(mass=1.0))
    with pytest.raises(ValueError, match="weigh more than the base"):
        build_model(light, make_terrain("flat", 0), "rollers")


# --- the stand, and the preload ---


def test_on_the_stand_the_springs_press_the_ball_on_all_wheels(robot: RobotConfig) -> None:
    simulation = rolling(robot)
    steps(simulation, 300)
    forces = contact_forces(simulation)
    share = (robot.wheels.preload - 9.81 * robot.ball.mass) / 3.0
    expected = share / cos(radians(robot.wheels.zenith_deg))
    assert forces == pytest.approx([expected] * 3, rel=0.05)
    sunk = [contact.dist for contact in simulation.data.contact]
    assert -min(sunk) == pytest.approx(expected / robot.wheels.rollers.stiffness, rel=0.1)
    seat = np.array(simulation.ground_truth().position) - simulation.data.qpos[:3]
    assert np.linalg.norm(seat) < 0.0003


def test_without_preload_the_ball_falls_out_of_a_robot_that_is_held_up() -> None:
    simulation = rolling(RobotConfig(wheels=Wheels(preload=0.0)))
    steps(simulation, 300)
    assert max(contact_forces(simulation)) == 0.0


def test_hold_brings_the_ball_along() -> None:
    simulation = rolling()
    simulation.data.qpos[:3] += (0.4, -0.3, 1.0)
    simulation.hold()
    steps(simulation, 200)
    assert simulation.ground_truth().position == pytest.approx(simulation.data.qpos[:3], abs=0.001)


# --- kinematics ---


@pytest.mark.parametrize("effort", [(0.2, 0.2, 0.2), (0.0, -0.2, 0.2), (0.3, -0.1, -0.2)])
def test_wheels_turn_the_ball_as_the_kinematics_say(
    robot: RobotConfig, effort: tuple[float, float, float]
) -> None:
    simulation = rolling(robot)
    steps(simulation, 100)
    steps(simulation, 300, effort)
    speeds = simulation.data.actuator_velocity
    assert np.abs(speeds).max() > 3.0
    expected = wheel_matrix(robot) @ ball_spin(simulation)
    assert speeds == pytest.approx(expected, abs=0.05 * np.abs(speeds).max())


def test_a_wheel_at_rest_lets_the_ball_roll_sideways() -> None:
    """The motors of wheels 1 and 2 turn the ball square to wheel 0, whose roller follows it."""
    simulation = rolling()
    steps(simulation, 100)
    steps(simulation, 300, (0.0, -0.2, 0.2))
    speeds = simulation.data.actuator_velocity
    assert abs(speeds[0]) < 0.05 * abs(speeds[1])
    surface = ROBOT.ball.radius * np.linalg.norm(ball_spin(simulation))
    rollers = [
        abs(float(simulation.data.joint(f"wheel_0_joint_roller_{i}").qvel[0]))
        for i in range(ROBOT.wheels.rollers.count)
    ]
    assert max(rollers) * ROBOT.wheels.rollers.radius == pytest.approx(surface, rel=0.05)


def test_a_wheel_slips_when_it_is_asked_for_more_than_its_friction() -> None:
    weak = RobotConfig(wheels=Wheels(preload=40.0, rollers=Rollers(friction=0.2)))
    simulation = rolling(weak)
    steps(simulation, 100)
    steps(simulation, 100, (3.0, 3.0, 3.0))
    speeds = simulation.data.actuator_velocity
    expected = wheel_matrix(weak) @ ball_spin(simulation)
    assert np.all(speeds > 2.0 * expected)


# --- pushes, and what is beyond the motors ---


def test_a_push_acts_at_the_centre_of_mass_of_base_and_wheels() -> None:
    simulation = rolling(max_initial_tilt_deg=20.0)
    force = np.array([30.0, -12.0, 5.0])
    simulation.push((30.0, -12.0, 5.0), 0.01)
    simulation.step(REST)
    base = simulation.model.body(BASE).id
    applied = simulation.data.xfrc_applied[base]
    lever = simulation.data.xipos[base] - simulation.data.subtree_com[base]
    assert np.cross(lever, force) + applied[3:] == pytest.approx(np.zeros(3), abs=1e-3)
    steps(simulation, 20)
    assert not simulation.data.xfrc_applied.any()


def test_full_torque_breaks_nothing() -> None:
    """Held, let go, tipping and lying on the ground: the physics raises when it diverges."""
    simulation = rolling()
    limit = ROBOT.wheels.max_torque
    steps(simulation, 300, (limit, -limit, limit))
    simulation.release()
    for sign in (1.0, -1.0, 1.0):
        steps(simulation, 300, (sign * limit, limit, -sign * limit))
    assert simulation.fallen
    assert np.isfinite(simulation.data.qpos).all()


# --- in closed loop ---


def test_it_stands_still_and_drives_by_the_lqr() -> None:
    loop = build(Scenario(LQR, seed=3, cameras=False, drivetrain="rollers")).loop
    simulation, kinematics = loop.plant.simulation, BallKinematics.of(ROBOT)
    loop.command = lambda seconds: (0.3 if seconds > 1.5 else 0.0, 0.0, 0.0)
    loop.run(1.5)
    assert np.hypot(*simulation.ground_truth().velocity[:2]) < 0.05
    loop.run(4.5)
    truth = simulation.ground_truth()
    assert not simulation.fallen
    assert truth.heading_velocity[0] == pytest.approx(0.3, abs=0.06)
    assert truth.heading_velocity[1] == pytest.approx(0.0, abs=0.05)
    # The ball stands on the ground, and wheels and IMU tell its speed.
    assert truth.position[2] == pytest.approx(ROBOT.ball.radius, abs=0.001)
    a, b, c = simulation.data.actuator_velocity.tolist()
    spin = np.array(kinematics.ball_spin((a, b, c))) + truth.angular_velocity
    assert ROBOT.ball.radius * spin[1] == pytest.approx(truth.heading_velocity[0], abs=0.03)


def test_the_seed_decides_every_bit_and_reset_leaves_nothing_behind() -> None:
    def trace(seed: int, used: bool = False) -> list[bytes]:
        simulation = rolling(seed=seed)
        if used:
            steps(simulation, 50, (1.0, 0.5, -0.3))
            simulation.reset(seed)
        simulation.release()
        bits = []
        for _ in range(100):
            samples = simulation.step((0.3, 0.0, -0.1))
            bits.append(
                simulation.state_bytes() + b"".join(bytes(sample.payload()) for sample in samples)
            )
        return bits

    assert trace(1) == trace(1) == trace(1, used=True) != trace(2)
