import mujoco
import numpy as np
import pytest

from ballbot_fusion.core.kinematics import wheel_matrix
from ballbot_fusion.core.robot import Ball, Base, RobotConfig, Wheels
from ballbot_fusion.simulation.model import BASE, build_model, camera_axes
from ballbot_fusion.simulation.terrain import make_terrain

ROBOTS = {
    "default": RobotConfig(),
    "other": RobotConfig(
        ball=Ball(radius=0.14, mass=3.0),
        base=Base(mass=5.0, com_height=0.3, height=0.8),
        wheels=Wheels(radius=0.04, zenith_deg=38.0, azimuth_deg=(20.0, 140.0, 260.0)),
    ),
}
FLAT = make_terrain("flat", 0)


@pytest.fixture(params=ROBOTS.values(), ids=ROBOTS.keys())
def robot(request: pytest.FixtureRequest) -> RobotConfig:
    return request.param


@pytest.fixture
def model(robot: RobotConfig) -> mujoco.MjModel:
    return build_model(robot, FLAT)


def floating(model: mujoco.MjModel) -> mujoco.MjData:
    """High above the ground, weightless, off the stand."""
    data = mujoco.MjData(model)
    model.opt.gravity[:] = 0.0
    data.qpos[2] = 5.0
    data.eq_active[:] = 0
    return data


def test_masses_and_motors_are_those_of_the_robot_file(
    robot: RobotConfig, model: mujoco.MjModel
) -> None:
    assert model.body_subtreemass[0] == pytest.approx(robot.ball.mass + robot.base.mass)
    assert model.body(BASE).inertia == pytest.approx(robot.base.inertia)
    assert [model.actuator(i).name for i in range(model.nu)] == list(robot.joint_names)
    assert np.all(model.actuator_ctrlrange == [-robot.wheels.max_torque, robot.wheels.max_torque])


def test_wheel_speeds_follow_the_kinematics(robot: RobotConfig, model: mujoco.MjModel) -> None:
    """omega = (R / r) a . Omega with Omega in base_link, however base and ball are turned."""
    random = np.random.default_rng(1)
    data = floating(model)
    for _ in range(20):
        for at in (3, 7):
            quat = random.normal(size=4)
            data.qpos[at : at + 4] = quat / np.linalg.norm(quat)
        data.qvel[:] = random.normal(size=model.nv)
        mujoco.mj_forward(model, data)
        relative = np.empty(3)  # MuJoCo gives the joint's rate in the ball's frame
        mujoco.mju_rotVecQuat(relative, data.qvel[6:9], data.qpos[7:11])
        assert data.actuator_velocity == pytest.approx(wheel_matrix(robot) @ relative, abs=1e-12)


@pytest.mark.parametrize("wheel", [0, 1, 2])
def test_a_motor_turns_the_ball_and_the_body_the_other_way(
    robot: RobotConfig, model: mujoco.MjModel, wheel: int
) -> None:
    data = floating(model)
    data.ctrl[wheel] = 1.0
    for _ in range(10):
        mujoco.mj_step(model, data)
    mujoco.mj_forward(model, data)
    mujoco.mj_subtreeVel(model, data)
    ball = data.body("ball").cvel[:3] * robot.ball.inertia  # angular first
    torque = wheel_matrix(robot)[wheel]
    assert ball == pytest.approx(0.01 * torque, rel=0.01, abs=2e-5)
    assert data.subtree_angmom[model.body(BASE).id] == pytest.approx(np.zeros(3), abs=1e-5)
    assert data.subtree_linvel[model.body(BASE).id] == pytest.approx(np.zeros(3), abs=1e-5)


def test_cameras_look_where_the_robot_file_says(robot: RobotConfig, model: mujoco.MjModel) -> None:
    data = mujoco.MjData(model)
    mujoco.mj_forward(model, data)
    for index, camera in enumerate(robot.cameras):
        axes = data.cam_xmat[index].reshape(3, 3)
        assert axes == pytest.approx(camera_axes(camera), abs=1e-6)
        forward = -axes[:, 2]
        yaw, pitch = np.arctan2(forward[1], forward[0]), np.arcsin(forward[2])
        assert np.degrees([yaw, pitch]) == pytest.approx([camera.yaw_deg, camera.pitch_deg])
        assert axes[2, 0] == pytest.approx(0.0, abs=1e-9)  # the horizon is level
        assert data.cam_xpos[index] == pytest.approx(data.qpos[:3] + camera.position)
        assert model.cam_fovy[index] == pytest.approx(camera.fov_deg)


@pytest.mark.parametrize("terrain", ["flat", "rough"])
def test_nothing_near_is_clipped_and_everything_far_is_seen(terrain: str) -> None:
    robot = RobotConfig()
    model = build_model(robot, make_terrain(terrain, 0))
    extent = model.stat.extent
    assert model.vis.map.znear * extent < min(camera.min_range for camera in robot.cameras)
    assert model.vis.map.zfar * extent > 50.0


def test_an_unknown_drivetrain_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"'tracks'.*ideal"):
        build_model(RobotConfig(), FLAT, "tracks")


def test_a_robot_that_cannot_exist_is_refused() -> None:
    flat_inertia = RobotConfig(name="paper", base=Base(inertia=(0.1, 0.1, 5.0)))
    with pytest.raises(ValueError, match="refuses the model of 'paper'"):
        build_model(flat_inertia, FLAT)


@pytest.mark.parametrize("friction", [0.1, 0.6, 1.7])
def test_the_friction_of_the_ball_counts_on_every_ground(friction: float) -> None:
    """MuJoCo takes the larger friction of two bodies unless one of them has priority."""
    robot = RobotConfig(ball=Ball(friction=friction, torsional_friction=0.002))
    for name in ("flat", "rough"):
        terrain = make_terrain(name, 0)
        model = build_model(robot, terrain)
        data = mujoco.MjData(model)
        data.qpos[2] = terrain.height_at(0.0, 0.0) + robot.ball.radius - 0.002
        mujoco.mj_forward(model, data)
        sliding, spinning = data.contact[0].friction[[0, 2]]
        assert (sliding, spinning) == pytest.approx((friction, 0.002))


@pytest.mark.parametrize("drivetrain", ["ideal", "rollers"])
def test_a_centre_of_mass_aside_is_where_the_robot_file_says(drivetrain: str) -> None:
    robot = RobotConfig(base=Base(com_offset=(0.012, -0.007)))
    model = build_model(robot, FLAT, drivetrain)
    data = mujoco.MjData(model)
    mujoco.mj_forward(model, data)
    ball = model.body("ball")
    mass = model.body(BASE).subtreemass[0] - (float(ball.mass[0]) if drivetrain == "ideal" else 0.0)
    whole = data.subtree_com[model.body(BASE).id] * model.body(BASE).subtreemass[0]
    if drivetrain == "ideal":  # there the ball hangs on the base
        whole = whole - data.xipos[ball.id] * ball.mass[0]
    aside = whole / mass - data.qpos[:3]
    assert mass == pytest.approx(robot.base.mass)
    assert aside == pytest.approx([0.012, -0.007, robot.base.com_height], abs=1e-6)
