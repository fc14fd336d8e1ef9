"""The MuJoCo model of a robot on a terrain, built from the robot file."""

from math import cos, radians, sin, tan
from typing import Any

import mujoco
import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core import rotation
from ballbot_fusion.core.robot import Camera, RobotConfig
from ballbot_fusion.simulation.appearance import (
    CONTACT_GROUP,
    GROUND_MATERIAL,
    HULL_GROUP,
    OBSTACLE_MATERIAL,
    WHEEL_HALF_WIDTH,
    WHITE,
    add_paint,
    add_scenery,
    add_sun,
    dress_camera,
    dress_hull,
    dress_motors,
    wheel_poses,
)
from ballbot_fusion.simulation.drivetrains import add_drivetrain
from ballbot_fusion.simulation.terrain import Box, Obstacle, Terrain

TIMESTEP = 0.001
"""Physics step, s."""
GROUND = "ground"
BASE = "base_link"
STAND = "stand"
STARTS = ((0.0, 0.0), (0.0, 0.6), (0.0, -0.6), (-0.6, 0.0))
"""Where the robots of a world stand at first, m: on every course the ground is free there."""
_ROBOT_BIT = 8
"""Contact bit of the first robot of several, which the others touch; the next have the next."""
VIEWED_M = 2.0
"""Size that MuJoCo's clipping planes are relative to: 1 cm to 100 m, whatever the terrain."""


def _quaternion(q: rotation.Quaternion) -> list[float]:
    """MuJoCo writes w first."""
    return [q[3], q[0], q[1], q[2]]


def camera_axes(camera: Camera) -> NDArray[np.float64]:
    """Return (3, 3): columns are the image's x (right), y (up) and backward axes in base_link."""
    yaw, pitch = radians(camera.yaw_deg), radians(camera.pitch_deg)
    forward = np.array([cos(pitch) * cos(yaw), cos(pitch) * sin(yaw), sin(pitch)])
    right = np.array([sin(yaw), -cos(yaw), 0.0])
    up = np.cross(right, forward)
    if camera.roll_deg:
        turn = radians(camera.roll_deg)
        right, up = cos(turn) * right - sin(turn) * up, cos(turn) * up + sin(turn) * right
    return np.column_stack([right, up, -forward])


def focal_length(camera: Camera, height: int) -> float:
    """Focal length of a camera whose images are ``height`` pixels high, in pixels."""
    return 0.5 * height / tan(radians(camera.fov_deg) / 2.0)


_TOUCHED: dict[str, Any] = {
    "condim": 4,
    # The robot file says how much the ball slips: without priority the larger friction counts.
    "priority": -1,
    "friction": [1.0, 0.005, 0.0001],
    "contype": 2,
    "conaffinity": 1,
}
"""Contact of everything that is fixed in the world: with the robot only."""


def _add_obstacle(world: mujoco.MjsBody, obstacle: Obstacle) -> None:
    if isinstance(obstacle, Box):
        half = obstacle.yaw / 2.0
        shape = {
            "type": mujoco.mjtGeom.mjGEOM_BOX,
            "size": obstacle.half_size,
            "quat": [cos(half), 0.0, 0.0, sin(half)],
        }
    else:
        shape = {
            "type": mujoco.mjtGeom.mjGEOM_CYLINDER,
            "size": [obstacle.radius, obstacle.half_height, 0.0],
        }
    world.add_geom(pos=obstacle.centre, material=OBSTACLE_MATERIAL, **shape, **_TOUCHED)


def _add_ground(spec: mujoco.MjSpec, terrain: Terrain) -> None:
    common = {"name": GROUND, "material": GROUND_MATERIAL, **_TOUCHED}
    for obstacle in terrain.obstacles:
        _add_obstacle(spec.worldbody, obstacle)
    if terrain.heights is None:
        spec.worldbody.add_geom(
            type=mujoco.mjtGeom.mjGEOM_PLANE,
            size=[terrain.size_m / 2, terrain.size_m / 2, 1.0],
            **common,
        )
        return
    # MuJoCo shifts and scales every field to 0..1, so what it takes away is put back here.
    heights = terrain.heights
    low, rise = float(heights.min()), max(float(np.ptp(heights)), 1e-6)
    rows, columns = heights.shape
    spec.add_hfield(
        name=GROUND,
        nrow=rows,
        ncol=columns,
        size=[terrain.size_m / 2, terrain.size_m / 2, rise, 0.5],
        userdata=((heights - low) / rise).astype(np.float32).ravel().tolist(),
    )
    spec.worldbody.add_geom(
        type=mujoco.mjtGeom.mjGEOM_HFIELD, hfieldname=GROUND, pos=[0.0, 0.0, low], **common
    )


def hull_ends(robot: RobotConfig) -> tuple[float, float]:
    """Where the hull begins and ends above the ball's centre, m."""
    return robot.ball.radius + 0.06, robot.base.height


def _add_hull(base: mujoco.MjsBody, robot: RobotConfig) -> None:
    """The body: a column that touches the ground when it falls, and what is only seen."""
    shape = robot.base
    low, high = hull_ends(robot)
    middle, half = 0.5 * (low + high), 0.5 * (high - low)
    base.add_geom(
        name="hull", type=mujoco.mjtGeom.mjGEOM_CYLINDER,
        size=[shape.radius, half, 0.0], pos=[0.0, 0.0, middle], rgba=WHITE, group=HULL_GROUP,
        contype=1, conaffinity=2, mass=0.0,
    )  # fmt: skip
    for centre, axis in wheel_poses(robot):
        side = WHEEL_HALF_WIDTH * axis
        base.add_geom(
            type=mujoco.mjtGeom.mjGEOM_CYLINDER, size=[robot.wheels.radius, 0.0, 0.0],
            fromto=np.concatenate([centre - side, centre + side]),
            group=CONTACT_GROUP, contype=1, conaffinity=2, mass=0.0,
        )  # fmt: skip
    dress_hull(base, robot, low)
    dress_motors(base, robot, low)


def _add_sensors(spec: mujoco.MjSpec, base: mujoco.MjsBody, robot: RobotConfig) -> None:
    mount = rotation.from_rpy(*(radians(angle) for angle in robot.imu.rpy_deg))
    base.add_site(name="imu", pos=robot.imu.position, quat=_quaternion(mount))
    for name, kind in (
        ("gyro", mujoco.mjtSensor.mjSENS_GYRO),
        ("accelerometer", mujoco.mjtSensor.mjSENS_ACCELEROMETER),
        ("attitude", mujoco.mjtSensor.mjSENS_FRAMEQUAT),
    ):
        spec.add_sensor(name=name, type=kind, objtype=mujoco.mjtObj.mjOBJ_SITE, objname="imu")
    for index, camera in enumerate(robot.cameras):
        axes = camera_axes(camera)
        quat = np.zeros(4)
        mujoco.mju_mat2Quat(quat, axes.ravel())
        base.add_camera(name=f"camera_{index}", pos=camera.position, quat=quat, fovy=camera.fov_deg)
        dress_camera(base, camera.position, axes, quat)


def prefix_of(place: int, robots: int) -> str:
    """What the names of a robot's parts begin with: nothing where it is alone."""
    return f"robot_{place + 1}/" if robots > 1 else ""


def _world_of(terrain: Terrain) -> mujoco.MjSpec:
    """Ground, what stands on it, and how it is computed and seen; no robot yet."""
    spec = mujoco.MjSpec()
    spec.option.timestep = TIMESTEP
    spec.option.integrator = mujoco.mjtIntegrator.mjINT_IMPLICITFAST
    spec.option.cone = mujoco.mjtCone.mjCONE_ELLIPTIC
    spec.visual.global_.offwidth, spec.visual.global_.offheight = 1280, 960
    spec.visual.map.znear, spec.stat.extent = 0.005, VIEWED_M
    add_scenery(spec)
    _add_ground(spec, terrain)
    return spec


def _add_robot(
    spec: mujoco.MjSpec, robot: RobotConfig, drivetrain: str, backlash_deg: float
) -> mujoco.MjsBody:
    """Add base_link on a free joint, the ball, the motors and the stand; return base_link."""
    add_paint(spec)
    base = spec.worldbody.add_body(name=BASE)
    base.add_freejoint(name="base_joint")
    base.mass, base.ipos = robot.base.mass, [*robot.base.com_offset, robot.base.com_height]
    base.inertia, base.explicitinertial = robot.base.inertia, True
    _add_hull(base, robot)
    _add_sensors(spec, base, robot)
    add_drivetrain(drivetrain, spec, base, robot, backlash_deg)
    spec.worldbody.add_body(name=STAND, mocap=True)
    held = spec.add_equality(
        name=STAND,
        type=mujoco.mjtEq.mjEQ_WELD,
        objtype=mujoco.mjtObj.mjOBJ_BODY,
        name1=STAND,
        name2=BASE,
    )
    # Anchor at the origin; the zero pose means "as built", base_link on the stand; torque scale 1.
    held.data[:11] = [0.0] * 10 + [1.0]
    return base


def _attach(spec: mujoco.MjSpec, one: mujoco.MjSpec, place: int, robots: int) -> None:
    """Put the robot ``one`` into a world of several, whose robots touch one another."""
    others = sum(_ROBOT_BIT << other for other in range(robots) if other != place)
    for geom in one.geoms:
        if geom.contype & 1:  # what touches the ground: rollers and ornaments touch no robot
            geom.contype |= _ROBOT_BIT << place
            geom.conaffinity |= others
    spec.option.impratio = one.option.impratio  # a drivetrain's; options are not attached
    frame = spec.worldbody.add_frame(pos=[*STARTS[place], 0.0])
    spec.attach(one, prefix=prefix_of(place, robots), frame=frame)


def build_model(
    robot: RobotConfig,
    terrain: Terrain,
    drivetrain: str = "ideal",
    backlash_deg: float = 0.0,
    robots: int = 1,
) -> mujoco.MjModel:
    """Compile the model: base_link (free joint), ball, motors in joint order, stand, cameras.

    Whatever the drivetrain, ``qpos[:7]`` is the pose of base_link. Of several ``robots``, which are
    all alike, each has an equal share of qpos, qvel, ctrl and the like, one after another.

    Raises:
        ValueError: unknown drivetrain, backlash that it cannot have, a robot that MuJoCo refuses,
            or more robots than have room.
    """
    if not 1 <= robots <= len(STARTS):
        raise ValueError(f"{robots} robots in one world, expected 1 to {len(STARTS)}.")
    spec = _world_of(terrain)
    for place in range(robots):
        one = spec if robots == 1 else mujoco.MjSpec()
        base = _add_robot(one, robot, drivetrain, backlash_deg)
        if place == 0:
            add_sun(base)
        if one is not spec:
            _attach(spec, one, place, robots)
    try:
        return spec.compile()
    except (ValueError, mujoco.FatalError) as error:
        raise ValueError(f"MuJoCo refuses the model of {robot.name!r}: {error}") from error
