"""The MuJoCo model of a robot on a terrain, built from the robot file."""

from math import cos, radians, sin, tan

import mujoco
import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core import rotation
from ballbot_fusion.core.robot import Camera, RobotConfig
from ballbot_fusion.simulation.drivetrains import add_drivetrain
from ballbot_fusion.simulation.terrain import Terrain

TIMESTEP = 0.001
"""Physics step, s."""
HULL_GROUP = 2
"""Geom group of everything that cameras must not see: the robot itself."""
GROUND = "ground"
BASE = "base_link"
STAND = "stand"
_HULL = (0.91, 0.91, 0.89, 1.0)
_DARK = (0.13, 0.14, 0.16, 1.0)
_ACCENT = (0.93, 0.42, 0.16, 1.0)


def _quaternion(q: rotation.Quaternion) -> list[float]:
    """MuJoCo writes w first."""
    return [q[3], q[0], q[1], q[2]]


def camera_axes(camera: Camera) -> NDArray[np.float64]:
    """Return (3, 3): columns are the image's x (right), y (up) and backward axes in base_link."""
    yaw, pitch = radians(camera.yaw_deg), radians(camera.pitch_deg)
    forward = np.array([cos(pitch) * cos(yaw), cos(pitch) * sin(yaw), sin(pitch)])
    right = np.array([sin(yaw), -cos(yaw), 0.0])
    return np.column_stack([right, np.cross(right, forward), -forward])


def focal_length(camera: Camera, height: int) -> float:
    """Focal length of a camera whose images are ``height`` pixels high, in pixels."""
    return 0.5 * height / tan(radians(camera.fov_deg) / 2.0)


def _add_ground(spec: mujoco.MjSpec, terrain: Terrain) -> None:
    common = {
        "name": GROUND,
        "material": "ground",
        "condim": 4,
        "friction": [1.0, 0.005, 0.0001],
        "contype": 2,
        "conaffinity": 1,
    }
    if terrain.heights is None:
        spec.worldbody.add_geom(
            type=mujoco.mjtGeom.mjGEOM_PLANE,
            size=[terrain.size_m / 2, terrain.size_m / 2, 1.0],
            **common,
        )
        return
    rows, columns = terrain.heights.shape
    top = max(float(terrain.heights.max()), 1e-6)
    spec.add_hfield(
        name=GROUND,
        nrow=rows,
        ncol=columns,
        size=[terrain.size_m / 2, terrain.size_m / 2, top, 0.5],
        userdata=(terrain.heights / top).astype(np.float32).ravel().tolist(),
    )
    spec.worldbody.add_geom(type=mujoco.mjtGeom.mjGEOM_HFIELD, hfieldname=GROUND, **common)


def _add_hull(base: mujoco.MjsBody, robot: RobotConfig) -> None:
    """The body: a column that touches the ground when it falls, and what is only seen."""
    shape, wheels = robot.base, robot.wheels
    low = robot.ball.radius + 0.06
    middle, half = 0.5 * (low + shape.height), 0.5 * (shape.height - low)
    cylinder = mujoco.mjtGeom.mjGEOM_CYLINDER
    base.add_geom(
        name="hull", type=cylinder, size=[shape.radius, half, 0.0], pos=[0.0, 0.0, middle],
        rgba=_HULL, group=HULL_GROUP, contype=1, conaffinity=2, mass=0.0,
    )  # fmt: skip
    seen = {"group": HULL_GROUP, "contype": 0, "conaffinity": 0, "mass": 0.0}
    base.add_geom(
        type=cylinder, size=[shape.radius * 1.02, 0.012, 0.0], pos=[0.0, 0.0, shape.height * 0.62],
        rgba=_ACCENT, **seen,
    )  # fmt: skip
    base.add_geom(
        type=mujoco.mjtGeom.mjGEOM_ELLIPSOID, size=[shape.radius, shape.radius, 0.035],
        pos=[0.0, 0.0, shape.height], rgba=_DARK, **seen,
    )  # fmt: skip
    zenith = radians(wheels.zenith_deg)
    for azimuth in map(radians, wheels.azimuth_deg):
        normal = np.array([sin(zenith) * cos(azimuth), sin(zenith) * sin(azimuth), cos(zenith)])
        axis = np.array([-cos(zenith) * cos(azimuth), -cos(zenith) * sin(azimuth), sin(zenith)])
        centre = normal * (robot.ball.radius + wheels.radius)
        ends = np.concatenate([centre - 0.014 * axis, centre + 0.014 * axis])
        base.add_geom(
            type=cylinder, size=[wheels.radius, 0.0, 0.0], fromto=ends, rgba=_DARK, **seen
        )
        top = np.array([0.5 * normal[0] * shape.radius, 0.5 * normal[1] * shape.radius, low + 0.02])
        base.add_geom(
            type=mujoco.mjtGeom.mjGEOM_CAPSULE, size=[0.012, 0.0, 0.0],
            fromto=np.concatenate([centre, top]), rgba=_ACCENT, **seen,
        )  # fmt: skip


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
        # The housing sits behind the lens, out of sight.
        centre = np.array(camera.position) + 0.012 * axes[:, 2]
        base.add_geom(
            type=mujoco.mjtGeom.mjGEOM_BOX, size=[0.022, 0.011, 0.010], pos=centre, quat=quat,
            rgba=_DARK, group=HULL_GROUP, contype=0, conaffinity=0, mass=0.0,
        )  # fmt: skip


def _add_scenery(spec: mujoco.MjSpec) -> None:
    spec.add_texture(
        name="sky", type=mujoco.mjtTexture.mjTEXTURE_SKYBOX, width=256, height=256,
        builtin=mujoco.mjtBuiltin.mjBUILTIN_GRADIENT, rgb1=[0.75, 0.83, 0.92], rgb2=[0.96, 0.97, 0.99],
    )  # fmt: skip
    spec.add_texture(
        name="checker", type=mujoco.mjtTexture.mjTEXTURE_2D, width=256, height=256,
        builtin=mujoco.mjtBuiltin.mjBUILTIN_CHECKER, rgb1=[0.55, 0.60, 0.62], rgb2=[0.47, 0.52, 0.55],
    )  # fmt: skip
    ground = spec.add_material(name="ground", texrepeat=[20.0, 20.0], reflectance=0.05)
    ground.textures[mujoco.mjtTextureRole.mjTEXROLE_RGB] = "checker"
    spec.add_material(name="ball", specular=0.6, shininess=0.6, rgba=[0.16, 0.18, 0.22, 1.0])
    spec.worldbody.add_light(
        pos=[1.5, -1.5, 3.0], dir=[-0.4, 0.4, -1.0], diffuse=[0.75, 0.75, 0.72], castshadow=True
    )
    spec.visual.headlight.ambient = [0.4, 0.4, 0.42]
    spec.visual.headlight.diffuse = [0.35, 0.35, 0.35]


def build_model(robot: RobotConfig, terrain: Terrain, drivetrain: str = "ideal") -> mujoco.MjModel:
    """Compile the model: base_link (free joint), ball, motors in joint order, stand, cameras.

    Raises:
        ValueError: unknown drivetrain, or a robot that MuJoCo refuses.
    """
    spec = mujoco.MjSpec()
    spec.option.timestep = TIMESTEP
    spec.option.integrator = mujoco.mjtIntegrator.mjINT_IMPLICITFAST
    spec.option.cone = mujoco.mjtCone.mjCONE_ELLIPTIC
    spec.visual.global_.offwidth, spec.visual.global_.offheight = 1280, 960
    spec.visual.map.znear = 0.005
    _add_scenery(spec)
    _add_ground(spec, terrain)
    base = spec.worldbody.add_body(name=BASE)
    base.add_freejoint(name="base_joint")
    base.mass, base.ipos = robot.base.mass, [0.0, 0.0, robot.base.com_height]
    base.inertia, base.explicitinertial = robot.base.inertia, True
    _add_hull(base, robot)
    _add_sensors(spec, base, robot)
    add_drivetrain(drivetrain, spec, base, robot)
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
    try:
        return spec.compile()
    except (ValueError, mujoco.FatalError) as error:
        raise ValueError(f"MuJoCo refuses the model of {robot.name!r}: {error}") from error
