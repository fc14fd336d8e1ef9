"""What is upright and how the ground slopes, learned while the robot balances.

An IMU that is mounted a little askew, and a body whose weight is not where its drawing says, make a
robot lean and creep: 0.2 degrees are centimetres a second. So does a slope. Wheels and motors tell.
With v the ball's velocity, theta the body's tilt, T the torque on the ball, the symbols of
core/balance.py, a sensed tilt that is wrong by ``bias`` and ground that rises by ``slope``,

    d/dt (m l v + (I + m l^2) theta') = m g l (theta - bias) - T
    d/dt ((M + m + I_b / R^2) v + m l theta') = T / R - (M + m) g slope

A Luenberger observer of each bracket and of the constant beside it finds the latter, with both
poles at one over its time constant (D. Luenberger, "An Introduction to Observers", IEEE TAC 16(6),
1971). What the observer cannot explain by as much as a step of the constant is a push. The bias
begins where the robot file's ``base.com_offset`` puts it, so that a calibrated robot does not have
to creep before it is known.
"""

from dataclasses import dataclass
from math import atan2, e
from typing import NamedTuple

from ballbot_fusion.core import rotation
from ballbot_fusion.core.kinematics import BallKinematics
from ballbot_fusion.core.planar import GRAVITY, PlanarRobot, clip
from ballbot_fusion.core.robot import Positive, RobotConfig
from ballbot_fusion.core.rotation import Quaternion, Vector
from ballbot_fusion.core.settings import Settings

LONGEST_STEP_NS = 60_000_000
"""After a longer gap between samples of wheels, IMU or motors it begins anew where it was."""
COASTS_NS = 40_000_000
"""Without encoders for this long, the velocity is that of ``coasted``."""
Pair = tuple[float, float]
"""For motion along x and along y of the heading frame."""


class LevelSettings(Settings):
    """How fast and how far it learns."""

    bias_time_s: Positive = 2.0
    """Time constant, s."""
    largest_bias: Positive = 0.02
    """rad: a robot that is held or leant on must not learn that this is upright."""
    bias_step: Positive = 0.01
    """Largest change that is believed at once, rad."""
    slope_time_s: Positive = 1.0
    """Time constant, s."""
    largest_slope: Positive = 0.3
    """rad."""
    slope_step: Positive = 0.05
    """Largest change that is believed at once, rad."""


class Level(NamedTuple):
    """What is known, and what the observers remember."""

    bias: Pair = (0.0, 0.0)
    """By how much the robot seems to lean towards +x and +y while it is balanced, rad."""
    slope: Pair = (0.0, 0.0)
    """By how much the ground rises towards +x and +y, rad."""
    tipping: Pair = (0.0, 0.0)
    """The first bracket as predicted, N m s."""
    rolling: Pair = (0.0, 0.0)
    """The second one, N s."""
    torque: Vector = (0.0, 0.0, 0.0)
    """Of the motors on the ball, N m in base_link."""
    motors_ns: int = -1
    """When the motors last drove; -1 = they are idle, and somebody holds the robot."""
    stepped_ns: int = -1
    """When it was last observed."""

    @property
    def correction(self) -> Quaternion:
        """The levelled attitude is the sensed one, multiplied by this from the right."""
        # Leaning towards +x is a rotation about +y, towards +y one about -x.
        return rotation.from_rotation_vector((self.bias[1], -self.bias[0], 0.0))


@dataclass(frozen=True)
class ConstantObserver:
    """Observes the z of ds/dt = u - gain * z, with both poles at -1 / time_s."""

    gain: float
    time_s: float
    step: float
    """Largest change of z that is believed at once."""
    largest: float
    """Bound of z."""

    def stepped(
        self, z: float, predicted: float, found: float, u: float, seconds: float
    ) -> tuple[float, float]:
        """Return z and s as predicted for the next step, ``seconds`` from now.

        Args:
            z: as known.
            predicted: s as predicted for now.
            found: s as measured now.
            u: what else changes s.
            seconds: until the next step.
        """
        # A step of z makes errors up to this.
        bound = self.step * self.gain * self.time_s / e
        error = clip(found - predicted, bound)
        change = u - self.gain * z + 2.0 / self.time_s * error
        z -= error / (self.gain * self.time_s**2) * seconds
        return clip(z, self.largest), found - error + change * seconds


def balanced(robot: RobotConfig) -> Pair:
    """How the robot leans towards +x and +y while its centre of mass is above the ball's, rad."""
    (x, y), height = robot.base.com_offset, robot.base.com_height
    return 0.0 - atan2(x, height), 0.0 - atan2(y, height)


@dataclass(frozen=True)
class LevelObserver:
    """Constants of one robot; the state is a Level."""

    kinematics: BallKinematics
    lever: float
    """Mass times height of the body's centre of mass, kg m."""
    inertia: Pair
    """Of the body about the ball's centre, kg m^2."""
    mass: float
    """Of robot and rolling ball, kg: that of the second bracket."""
    bias: ConstantObserver
    slope: ConstantObserver
    nominal: Pair = (0.0, 0.0)
    """The bias that it begins with, and may differ from by ``largest``: the robot file's, rad."""

    @classmethod
    def of(cls, robot: RobotConfig, settings: LevelSettings | None = None) -> "LevelObserver":
        """Derive the constants from the robot file."""
        how = settings or LevelSettings()
        along_x, along_y = (PlanarRobot.of(robot, axis) for axis in (1, 0))
        mass, rolling, lever, _ = along_x
        return cls(
            BallKinematics.of(robot),
            lever,
            (along_x.tipping, along_y.tipping),
            rolling,
            ConstantObserver(lever * GRAVITY, how.bias_time_s, how.bias_step, how.largest_bias),
            ConstantObserver(mass * GRAVITY, how.slope_time_s, how.slope_step, how.largest_slope),
            balanced(robot),
        )

    def begun(self, level: Level) -> Level:
        """Return what is known before anything was observed."""
        return level._replace(bias=self.nominal)

    def with_motors(self, level: Level, efforts: Vector, taken_ns: int) -> Level:
        """Take in what the motors give: ``efforts`` of the wheels, N m."""
        if not any(efforts):
            return level._replace(motors_ns=-1)
        return level._replace(torque=self.kinematics.ball_torque(efforts), motors_ns=taken_ns)

    def stepped(
        self, level: Level, tilt: Quaternion, rate: Vector, velocity: Vector, now_ns: int
    ) -> Level:
        """Compare prediction and measurement at ``now_ns``.

        Args:
            level: as it was.
            tilt: sensed attitude without yaw.
            rate: angular velocity in base_link, rad/s.
            velocity: of the ball's centre in the heading frame, m/s.
            now_ns: steady time of the measurement.
        """
        x, y, turn = rotation.rotate(tilt, rate)
        vx, vy, _ = velocity
        # Tipping about +y leads towards +x, tipping about +x towards -y.
        tipping = self._tipping(vx, vy, x, y)
        rolling = (self.mass * vx + self.lever * y, self.mass * vy - self.lever * x)
        seconds = self._driven(level, now_ns)
        if seconds is None:
            return level._replace(tipping=tipping, rolling=rolling, stepped_ns=now_ns)
        lean, torque = rotation.to_rotation_vector(tilt), rotation.rotate(tilt, level.torque)
        # The heading frame turns: so do the vectors that the brackets are made of.
        weight, radius = self.lever * GRAVITY, self.kinematics.radius
        known_x, known_y = self.nominal
        upsets = (
            weight * (lean[1] - known_x) - torque[1] + turn * tipping[1],
            -weight * (lean[0] + known_y) + torque[0] - turn * tipping[0],
        )
        more = (level.bias[0] - known_x, level.bias[1] - known_y)
        drives = (
            torque[1] / radius + turn * rolling[1],
            -torque[0] / radius - turn * rolling[0],
        )
        more, tipping = _both(self.bias, more, level.tipping, tipping, upsets, seconds)
        bias = (known_x + more[0], known_y + more[1])
        slope, rolling = _both(self.slope, level.slope, level.rolling, rolling, drives, seconds)
        return Level(bias, slope, tipping, rolling, level.torque, level.motors_ns, now_ns)

    def coasted(
        self, level: Level, tilt: Quaternion, rate: Vector, now_ns: int
    ) -> tuple[Level, Vector]:
        """Go on to ``now_ns`` without encoders: arguments as for ``stepped``.

        Returns the ball's velocity as well, m/s in the heading frame: it follows from what the
        motors gave since, and is wrong by g times the slope's error for every second.
        """
        x, y, turn = rotation.rotate(tilt, rate)
        along_x, along_y = level.rolling
        seconds = self._driven(level, now_ns)
        if seconds is not None:
            torque = rotation.rotate(tilt, level.torque)
            radius, weight = self.kinematics.radius, self.slope.gain
            push_x = torque[1] / radius - weight * level.slope[0] + turn * along_y
            push_y = -torque[0] / radius - weight * level.slope[1] - turn * along_x
            along_x, along_y = along_x + push_x * seconds, along_y + push_y * seconds
        vx, vy = (along_x - self.lever * y) / self.mass, (along_y + self.lever * x) / self.mass
        tipping = self._tipping(vx, vy, x, y)
        level = level._replace(rolling=(along_x, along_y), tipping=tipping, stepped_ns=now_ns)
        return level, (vx, vy, 0.0)

    def _tipping(self, vx: float, vy: float, x: float, y: float) -> Pair:
        """The first bracket of a ball's velocity and a body's rate about x and y."""
        return self.lever * vx + self.inertia[0] * y, self.lever * vy - self.inertia[1] * x

    @staticmethod
    def _driven(level: Level, now_ns: int) -> float | None:
        """Seconds since the last step; None where the motors did not drive all the time."""
        step_ns = now_ns - level.stepped_ns
        known = level.stepped_ns >= 0 and 0 < step_ns < LONGEST_STEP_NS
        drives = level.motors_ns >= 0 and now_ns - level.motors_ns < LONGEST_STEP_NS
        return step_ns * 1e-9 if known and drives else None


def _both(
    observer: ConstantObserver, z: Pair, predicted: Pair, found: Pair, u: Pair, seconds: float
) -> tuple[Pair, Pair]:
    along_x = observer.stepped(z[0], predicted[0], found[0], u[0], seconds)
    along_y = observer.stepped(z[1], predicted[1], found[1], u[1], seconds)
    return (along_x[0], along_y[0]), (along_x[1], along_y[1])
