"""The robot as its owner describes it in config/robot.yaml: geometry, masses, motors, sensors."""

from functools import cached_property
from math import cos, pi
from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from ballbot_fusion.core.robot_drivers import AS_COUNTED, Extended, Motors, Signs, View
from ballbot_fusion.core.robot_drivers import Positive as Positive
from ballbot_fusion.core.settings import Settings, load
from ballbot_fusion.core.spec import CameraKind

NotNegative = Annotated[float, Field(ge=0.0)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Vector3 = tuple[float, float, float]
Aside = Annotated[float, Field(ge=-0.1, le=0.1)]
Drift = Annotated[float, Field(ge=-0.5, le=0.5)]


class Ball(Settings):
    """The ball that the robot stands on."""

    radius: Positive = 0.11
    """m"""
    mass: Positive = 2.3
    """kg"""
    inertia_factor: Annotated[float, Field(gt=0.0, le=0.7)] = 0.6
    """Moment of inertia over mass * radius^2: 2/5 solid, 2/3 thin shell."""
    friction: Positive = 1.0
    """Sliding friction with the ground, 1."""
    torsional_friction: Positive = 0.03
    """Friction against spinning on the spot, m (MuJoCo's second friction coefficient)."""

    @property
    def inertia(self) -> float:
        """Moment of inertia about any axis, kg m^2."""
        return self.inertia_factor * self.mass * self.radius**2


class Base(Extended):
    """Everything above the ball, one rigid body.

    base_link sits at the ball's centre, x forward, z up.
    """

    later: ClassVar[frozenset[str]] = frozenset({"com_offset"})
    mass: Positive = 8.0
    """kg"""
    com_height: Positive = 0.26
    """Centre of mass above the ball's centre, m."""
    com_offset: tuple[Aside, Aside] = (0.0, 0.0)
    """The same ahead and to the left of it, m."""
    inertia: tuple[Positive, Positive, Positive] = (0.24, 0.24, 0.09)
    """Principal moments about the centre of mass (x, y, z), kg m^2."""
    radius: Positive = 0.09
    """Radius of the body's hull, m."""
    height: Positive = 0.56
    """Top of the hull above the ball's centre, m."""


class Rollers(Settings):
    """Passive barrels around the rim of an omniwheel; only the drivetrain ``rollers`` has them."""

    count: Annotated[int, Field(ge=6, le=40)] = 10
    """On one wheel."""
    radius: Positive = 0.01
    """Of a roller where it is thickest, m."""
    mass: Positive = 0.012
    """Of one roller, kg."""
    friction: Positive = 0.9
    """Sliding friction on the ball, 1."""
    stiffness: Positive = 1e6
    """Contact force per depth between one roller and the ball, N/m.

    Hertz (K. L. Johnson, "Contact Mechanics", 1985, ch. 4) gives this slope at 84 N for rollers of
    250 MPa (polyurethane of about 60 Shore D; Vulkollan has 90 MPa at 42, 600 MPa at 70) and radii
    of 10 and 50 mm on a hard ball of 110 mm. On soft rollers the body shakes: by a loop of 200 Hz
    with a period of delay it fell at 4e5, not at 6e5.
    """
    damping: NotNegative = 1e-5
    """Of a roller's bearing, N m s/rad."""


Names = tuple[str, str, str]


class Wheels(Extended):
    """Three omniwheels, 120 degrees apart, pressing on the ball."""

    later: ClassVar[frozenset[str]] = frozenset({"driver_names"})
    radius: Positive = 0.05
    """Wheel centre to roller contact, m."""
    zenith_deg: Annotated[float, Field(gt=0.0, lt=90.0)] = 45.0
    """Angle of the contact normal from the vertical, degrees."""
    azimuth_deg: Vector3 = (0.0, 120.0, 240.0)
    """Where each wheel sits around z, degrees, in the order of joint_names."""
    joint_names: Names = ("wheel_0_joint", "wheel_1_joint", "wheel_2_joint")
    """Names of the wheel joints in the policy's order: those that the policy was trained with."""
    driver_names: Names | None = None
    """The same joints as joint_states and motor_commands name them; None: by the same names."""
    max_torque: Positive = 3.5
    """Largest torque of one motor at the wheel, N m."""
    max_velocity: Positive = 60.0
    """Wheel speed at which the motor gives no more torque, rad/s."""
    mass: Positive = 0.35
    """One wheel with its rollers, kg; a part of the base's mass. Drivetrain ``rollers`` only."""
    rotor_inertia: NotNegative = 3e-4
    """Rotor's moment of inertia times gear ratio squared, kg m^2. Drivetrain ``rollers`` only."""
    preload: NotNegative = 100.0
    """Force of the springs that pull the ball up against the wheels, along base_link's z, N.

    Drivetrain ``rollers`` only. With it each wheel bears (base weight + preload) / (3 cos zenith);
    times the rollers' friction that is the largest force which a wheel can pass on without slip.
    """
    rollers: Rollers = Rollers()

    @field_validator("joint_names", "driver_names")
    @classmethod
    def _distinct(cls, names: Names | None) -> Names | None:
        if names is not None and len(set(names)) != 3:
            raise ValueError("joint names must differ")
        return names

    @field_validator("azimuth_deg")
    @classmethod
    def _spread(cls, azimuths: Vector3) -> Vector3:
        a, b, c = azimuths
        # Wheels in the same place turn the ball about two axes only.
        if min(abs((p - q + 180.0) % 360.0 - 180.0) for p, q in ((a, b), (b, c), (c, a))) < 10.0:
            raise ValueError("wheels must sit at least 10 degrees apart")
        return azimuths

    @model_validator(mode="after")
    def _rollers_fit(self) -> "Wheels":
        rollers = self.rollers
        if rollers.radius >= self.radius / 2.0:
            raise ValueError(
                f"rollers of radius {rollers.radius} m do not fit a wheel of {self.radius} m"
            )
        sunk = self.radius * (1.0 - cos(pi / rollers.count))
        if sunk >= 0.9 * rollers.radius:
            raise ValueError(
                f"{rollers.count} rollers of radius {rollers.radius} m leave gaps in the rim of a "
                f"wheel of {self.radius} m: take more of them, or thicker than {sunk / 0.9:.4f} m"
            )
        if rollers.count * rollers.mass >= self.mass:
            raise ValueError(
                f"{rollers.count} rollers of {rollers.mass} kg weigh as much as the whole wheel, "
                f"{self.mass} kg"
            )
        return self


class Imu(Extended):
    """Inertial measurement unit, REP 145."""

    later: ClassVar[frozenset[str]] = frozenset({"orientation", "gyro_bias"})
    frame_id: str = "imu_link"
    position: Vector3 = (0.0, 0.0, 0.2)
    """In base_link, m."""
    rpy_deg: Vector3 = (0.0, 0.0, 0.0)
    """Roll, pitch, yaw of imu_link in base_link, degrees (fixed axes)."""
    rate_hz: Positive = 1000.0
    orientation: Literal["as_sent", "estimated"] = "as_sent"
    """estimated: from gyro, accelerometer and wheels, whatever orientation the messages have."""
    gyro_bias: tuple[Drift, Drift, Drift] = (0.0, 0.0, 0.0)
    """What the gyro shows at rest, about its own axes, rad/s: taken off before all else."""


class Encoders(Extended):
    """Wheel encoders, read as joint states."""

    later: ClassVar[frozenset[str]] = frozenset({"direction", "gear", "speeds", "smoothing_s"})
    rate_hz: Positive = 500.0
    ticks_per_revolution: Annotated[int, Field(gt=0)] = 16384
    direction: Signs = AS_COUNTED
    """-1 for each encoder that counts against the robot file's wheel axis."""
    gear: Positive = 1.0
    """Turns of the joint that the driver reports in one turn of the wheel."""
    speeds: Literal["as_sent", "from_positions"] = "as_sent"
    """from_positions: differentiated here, for drivers that send none, or bad ones."""
    smoothing_s: NotNegative = 0.004
    """Time constant of a low pass on differentiated speeds, s."""


class Camera(Extended):
    """A camera of depth or colour. Its pose is that of camera_N_link: x forward, y left, z up."""

    later: ClassVar[frozenset[str]] = frozenset(
        {"roll_deg", "depth_unit_m", "stale_s", "intrinsics", "view"}
    )
    frame_id: str
    """Optical frame (z forward, x right) of the images, REP 103/118."""
    kind: CameraKind = "depth"
    """What it measures: modalities rgbd_N are made of depth, rgb_N of colour."""
    position: Vector3 = (0.09, 0.0, 0.42)
    """In base_link, m."""
    yaw_deg: float = 0.0
    pitch_deg: float = -38.0
    """Negative looks down, degrees."""
    roll_deg: float = 0.0
    """About the optical axis, degrees; positive turns the camera clockwise, seen from behind it."""
    fov_deg: Annotated[float, Field(gt=1.0, lt=170.0)] = 80.0
    """Vertical field of view, degrees."""
    rate_hz: Positive = 30.0
    min_range: NotNegative = 0.05
    """Depth that is measured at least, m."""
    max_range: Positive = 2.0
    """Depth that maps to 1.0, m. Of either kind: how far it is believed to see in training."""
    depth_unit_m: Positive = 0.001
    """One step of a 16UC1 image, m (REP 118: a millimetre)."""
    stale_s: Positive = 0.1
    """Age from which an image is masked, s: its latency and one and a half periods at least."""
    intrinsics: Literal["fov", "camera_info"] = "fov"
    """Where focal length and centre come from: ``fov_deg`` and the middle, or camera_info."""
    view: View | None = None
    """What the policy sees, cut out of the image; None: the image itself, its middle square."""

    @property
    def seen(self) -> View | None:
        """The view that images are brought to; None where they are only resized."""
        if self.view is None and self.intrinsics == "fov":
            return None
        own = View(yaw_deg=self.yaw_deg, pitch_deg=self.pitch_deg, fov_deg=self.fov_deg)
        return self.view or own

    @model_validator(mode="after")
    def _depth_alone_is_turned(self) -> "Camera":
        if self.kind != "depth" and self.seen is not None:
            raise ValueError(
                f"view and intrinsics: camera_info are for kind: depth, found {self.kind!r}; "
                "leave both out and train with this camera's own pose"
            )
        return self

    @model_validator(mode="after")
    def _range(self) -> "Camera":
        if self.min_range >= self.max_range:
            raise ValueError(f"min_range {self.min_range} must be below max_range {self.max_range}")
        return self


def _cameras() -> tuple[Camera, Camera]:
    return (
        Camera(frame_id="camera_0_optical_frame", position=(0.078, 0.045, 0.42), yaw_deg=30.0),
        Camera(frame_id="camera_1_optical_frame", position=(0.078, -0.045, 0.42), yaw_deg=-30.0),
    )


class RobotConfig(Extended):
    """One ballbot: what differs from robot to robot and nothing else."""

    later: ClassVar[frozenset[str]] = frozenset({"motors"})
    name: str = "ballbot"
    ball: Ball = Ball()
    base: Base = Base()
    wheels: Wheels = Wheels()
    imu: Imu = Imu()
    encoders: Encoders = Encoders()
    motors: Motors = Motors()
    cameras: tuple[Camera, Camera] = Field(default_factory=_cameras)

    @cached_property
    def joint_names(self) -> Names:
        """Wheel joints in the policy's order."""
        return self.wheels.joint_names

    @cached_property
    def driver_names(self) -> Names:
        """The same joints, in the same order, by the names that the drivers use."""
        return self.wheels.driver_names or self.wheels.joint_names


def load_robot(path: str) -> RobotConfig:
    """Read a robot file; an empty path means the robot that config/robot.yaml describes.

    Raises:
        SettingsError: the file is missing, broken or wrong.
    """
    return load(RobotConfig, path) if path else RobotConfig()
