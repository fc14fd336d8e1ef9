"""The robot in 3D, drawn from the robot file; charts.js moves it."""

from math import cos, pi, radians, sin

from nicegui import ui

from ballbot_fusion.core.robot import Camera, RobotConfig

FPS = 10
BODY, DARK, BALL, STRIPE, EYE, ARROW = (
    "#d7dde5", "#38424f", "#e8833a", "#7c3d12", "#2f6fed", "#1f9d63",
)  # fmt: skip


def robot_scene(robot: RobotConfig) -> None:
    """Draw ball, body, wheels, cameras and the arrow of the command."""
    radius = robot.ball.radius
    with (
        ui.scene(grid=(20, 80), background_color="#eef2f6", fps=FPS)
        .classes("bb-scene")
        .props(f"data-scene data-radius={radius}") as scene,
        scene.group().with_name("robot").move(0, 0, radius),
    ):
        with scene.group().with_name("ball"):
            scene.sphere(radius, 32, 20).material(BALL)
            for turn in ((pi / 2, 0, 0), (0, 0, 0), (0, pi / 2, 0)):
                # Stripes, so that rolling is seen.
                scene.cylinder(radius * 1.004, radius * 1.004, 0.012, 40).material(STRIPE).rotate(
                    *turn
                )
        with scene.group().with_name("command"):
            scene.box(1.0, 0.02, 0.004).material(ARROW, 0.85).move(0.5, 0, 0.006 - radius)
        with scene.group().with_name("body"):
            _body(scene, robot)
    # From behind, to the right, above: forward is away from the operator.
    scene.move_camera(-0.62, -0.45, 0.62, 0.0, 0.0, 0.27, duration=0.0)


def _body(scene: ui.scene, robot: RobotConfig) -> None:
    """Above the ball: a waist with the wheels, a hull, a head with the cameras."""
    radius, base = robot.ball.radius, robot.base
    low = radius * 1.12
    _upright(scene, base.radius * 1.25, 0.03, low + 0.015, DARK)
    _upright(scene, base.radius * 0.82, base.height - low, (base.height + low) / 2, BODY)
    _upright(scene, base.radius, 0.10, base.height - 0.13, DARK)
    _upright(scene, base.radius * 0.9, 0.03, base.height - 0.015, DARK)
    zenith = radians(robot.wheels.zenith_deg)
    for azimuth_deg in robot.wheels.azimuth_deg:
        azimuth = radians(azimuth_deg)
        reach = radius + robot.wheels.radius
        x, y = reach * sin(zenith) * cos(azimuth), reach * sin(zenith) * sin(azimuth)
        wheel = scene.cylinder(robot.wheels.radius, robot.wheels.radius, 0.025, 20).material(DARK)
        # Its axle lies across the direction in which the ball is driven.
        wheel.move(x, y, reach * cos(zenith)).rotate(0, zenith - pi / 2, azimuth)
    for camera in robot.cameras:
        _camera(scene, camera)


def _upright(scene: ui.scene, radius: float, height: float, middle: float, color: str) -> None:
    scene.cylinder(radius, radius, height, 32).material(color).rotate(pi / 2, 0, 0).move(
        0, 0, middle
    )


def turned(camera: Camera) -> tuple[float, float, float]:
    """Return the turns about fixed x, y and z that bring base_link's axes to a camera's, rad."""
    return radians(camera.roll_deg), radians(-camera.pitch_deg), radians(camera.yaw_deg)


def _camera(scene: ui.scene, camera: Camera) -> None:
    with scene.group().move(*camera.position).rotate(*turned(camera)):
        scene.box(0.03, 0.06, 0.025).material(DARK)
        scene.cylinder(0.009, 0.011, 0.012, 16).material(EYE).rotate(0, 0, pi / 2).move(0.018, 0, 0)
