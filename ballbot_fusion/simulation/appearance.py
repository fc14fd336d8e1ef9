"""What is only seen: the robot's look, sky, light and colours. Nothing here touches anything."""

from math import cos, radians, sin

import mujoco
import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.robot import RobotConfig

HULL_GROUP = 2
"""Geom group of everything that depth cameras must not see: the robot itself."""
CONTACT_GROUP = 3
"""Geom group of simple shapes that touch in place of what is seen; never drawn."""
GROUND_MATERIAL, OBSTACLE_MATERIAL, BALL_MATERIAL = "ground", "obstacle", "ball"
WHITE = (0.93, 0.93, 0.91, 1.0)
DARK = (0.10, 0.11, 0.13, 1.0)
METAL = (0.58, 0.60, 0.63, 1.0)
ACCENT = (0.95, 0.43, 0.12, 1.0)
WHEEL_HALF_WIDTH = 0.014
"""m"""

_CYLINDER = mujoco.mjtGeom.mjGEOM_CYLINDER
_CAPSULE = mujoco.mjtGeom.mjGEOM_CAPSULE
_ELLIPSOID = mujoco.mjtGeom.mjGEOM_ELLIPSOID
_BOX = mujoco.mjtGeom.mjGEOM_BOX

Array = NDArray[np.float64]


def add_seen(body: mujoco.MjsBody, kind: mujoco.mjtGeom, rgba: tuple[float, ...], **shape) -> None:  # type: ignore[no-untyped-def]
    """Add a geom without mass and without contact."""
    body.add_geom(
        type=kind, rgba=rgba, group=HULL_GROUP, contype=0, conaffinity=0, mass=0.0, **shape
    )


def _rod(body: mujoco.MjsBody, kind: mujoco.mjtGeom, rgba: tuple[float, ...], radius: float,
         start: Array, end: Array) -> None:  # fmt: skip
    add_seen(body, kind, rgba, size=[radius, 0.0, 0.0], fromto=np.concatenate([start, end]))


def dress_hull(base: mujoco.MjsBody, robot: RobotConfig, low: float) -> None:
    """Dress the hull, which begins ``low`` above the ball's centre: deck, rings, visor, cap."""
    radius, top = robot.base.radius, robot.base.height
    eyes = float(np.mean([camera.position[2] for camera in robot.cameras]))

    def ring(height: float, half: float, share: float, rgba: tuple[float, ...]) -> None:
        add_seen(base, _CYLINDER, rgba, size=[share * radius, half, 0.0], pos=[0.0, 0.0, height])

    ring(low, 0.006, 1.3, DARK)
    ring(low + 0.014, 0.010, 1.1, METAL)
    ring(low + 0.055, 0.004, 1.015, ACCENT)
    ring(eyes, 0.028, 1.01, DARK)
    ring(top - 0.030, 0.004, 1.015, ACCENT)
    add_seen(base, _ELLIPSOID, WHITE, size=[radius, radius, 0.022], pos=[0.0, 0.0, top])
    ring(top + 0.022, 0.012, 0.35, DARK)


def wheel_poses(robot: RobotConfig) -> list[tuple[Array, Array]]:
    """Return each wheel's centre [m] and axis (a unit vector, up and inwards) in base_link."""
    zenith = radians(robot.wheels.zenith_deg)
    poses = []
    for azimuth in map(radians, robot.wheels.azimuth_deg):
        normal = np.array([sin(zenith) * cos(azimuth), sin(zenith) * sin(azimuth), cos(zenith)])
        axis = np.array([-cos(zenith) * cos(azimuth), -cos(zenith) * sin(azimuth), sin(zenith)])
        poses.append((normal * (robot.ball.radius + robot.wheels.radius), axis))
    return poses


def dress_motors(base: mujoco.MjsBody, robot: RobotConfig, low: float) -> None:
    """Add the wheels' motors below the deck at ``low``."""
    for centre, axis in wheel_poses(robot):
        half = WHEEL_HALF_WIDTH * axis
        reach = max(low - centre[2], 0.02) / axis[2]
        _rod(base, _CYLINDER, DARK, 0.019, centre + half, centre + reach * axis)


def dress_wheel(body: mujoco.MjsBody, robot: RobotConfig, centre: Array, axis: Array,
                to_ball: Array) -> None:  # fmt: skip
    """Add an omniwheel at ``centre`` [m]; its axis and the way to the ball are unit vectors."""
    radius, half = robot.wheels.radius, WHEEL_HALF_WIDTH * axis
    _rod(body, _CYLINDER, METAL, 0.62 * radius, centre - half, centre + half)
    _rod(body, _CYLINDER, ACCENT, 0.30 * radius, centre - 1.25 * half, centre)
    count, thickness = robot.wheels.rollers.count, robot.wheels.rollers.radius
    side = np.cross(to_ball, axis)
    length = max(0.8 * (radius - thickness) * np.pi / count - 0.5 * thickness, 0.1 * thickness)
    for angle in np.arange(count) * 2.0 * np.pi / count:
        outward = np.cos(angle) * to_ball + np.sin(angle) * side
        middle = centre + (radius - thickness) * outward
        along = length * np.cross(axis, outward)
        _rod(body, _CAPSULE, DARK, thickness, middle - along, middle + along)


def dress_camera(
    base: mujoco.MjsBody, lens: tuple[float, float, float], axes: Array, quat: Array
) -> None:
    """Add a housing behind ``lens``; ``axes`` are its right, up and backward axes in base_link."""
    right, _, backward = axes.T
    add_seen(base, _BOX, METAL, size=[0.026, 0.013, 0.010], pos=lens + 0.013 * backward, quat=quat)
    for place in (-0.012, 0.012):
        eye = lens + place * right
        _rod(base, _CYLINDER, DARK, 0.008, eye + 0.008 * backward, eye + 0.002 * backward)
        _rod(base, _CYLINDER, ACCENT, 0.003, eye + 0.008 * backward, eye + 0.001 * backward)


def add_scenery(spec: mujoco.MjSpec) -> None:
    """Add sky, fill light, and the materials of what stands in the world."""
    builtin, mark = mujoco.mjtBuiltin, mujoco.mjtMark
    spec.add_texture(
        name="sky", type=mujoco.mjtTexture.mjTEXTURE_SKYBOX, width=256, height=256,
        builtin=builtin.mjBUILTIN_GRADIENT,
        rgb1=[0.62, 0.74, 0.88], rgb2=[0.93, 0.95, 0.97],
    )  # fmt: skip
    spec.add_texture(
        name="tiles", type=mujoco.mjtTexture.mjTEXTURE_2D, width=512, height=512,
        builtin=builtin.mjBUILTIN_CHECKER, mark=mark.mjMARK_EDGE, markrgb=[0.86, 0.88, 0.88],
        rgb1=[0.70, 0.74, 0.76], rgb2=[0.60, 0.65, 0.68],
    )  # fmt: skip
    ground = spec.add_material(name=GROUND_MATERIAL, texrepeat=[20.0, 20.0], specular=0.1)
    ground.textures[mujoco.mjtTextureRole.mjTEXROLE_RGB] = "tiles"
    spec.add_material(name=OBSTACLE_MATERIAL, rgba=[0.80, 0.62, 0.42, 1.0], specular=0.1)
    spec.visual.headlight.ambient = [0.38, 0.38, 0.40]
    spec.visual.headlight.diffuse = [0.30, 0.30, 0.30]
    spec.visual.headlight.specular = [0.10, 0.10, 0.10]


def add_paint(spec: mujoco.MjSpec) -> None:
    """Add the materials of a robot."""
    spec.add_texture(
        name="patches", type=mujoco.mjtTexture.mjTEXTURE_CUBE, width=128, height=128,
        builtin=mujoco.mjtBuiltin.mjBUILTIN_CHECKER, mark=mujoco.mjtMark.mjMARK_CROSS,
        markrgb=[0.55, 0.62, 0.70], rgb1=[0.13, 0.18, 0.26], rgb2=[0.20, 0.27, 0.38],
    )  # fmt: skip
    ball = spec.add_material(name=BALL_MATERIAL, specular=0.5, shininess=0.6)
    ball.textures[mujoco.mjtTextureRole.mjTEXROLE_RGB] = "patches"


def add_sun(base: mujoco.MjsBody) -> None:
    """Add a lamp that goes along with the robot without turning with it."""
    base.add_light(
        mode=mujoco.mjtCamLight.mjCAMLIGHT_TRACK, type=mujoco.mjtLightType.mjLIGHT_SPOT,
        pos=[2.0, -2.2, 4.5], dir=[-2.0, 2.2, -4.5], cutoff=40.0, exponent=1.0,
        diffuse=[0.62, 0.61, 0.58], specular=[0.25, 0.25, 0.25], castshadow=True,
    )  # fmt: skip
