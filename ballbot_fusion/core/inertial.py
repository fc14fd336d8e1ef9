"""Attitude from a raw 6-axis IMU, with the wheels as its aid; and wheels that slip, by the IMU.

The accelerometer shows gravity and the robot's own acceleration alike, and a ballbot accelerates
all the time. The wheels tell which is which. With v the velocity of the point where the IMU sits,
horizontally, R the attitude, f the specific force, w the gyro, b its bias,

    dv/dt = R f,    dR/dt = R [w - b],    db/dt = 0    (R f without gravity, which is vertical)

and v known from wheels, gyro and lever arm, a Luenberger observer corrects v, the tilt and the bias
by the difference e between both velocities, with three poles at one over its time constant:
velocity-aided attitude, as in P. Martin and E. Salaun, "Design and implementation of a low-cost
observer-based attitude and heading reference system", Control Eng. Practice 18 (2010), with the
linear gains of a chain of three integrators. At rest the gyro shows its bias by itself.
A difference larger than errors can make means that a wheel slips, or the ball: then the velocity
is that of the IMU for a while.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from ballbot_fusion.core import rotation
from ballbot_fusion.core.level import Pair
from ballbot_fusion.core.planar import GRAVITY
from ballbot_fusion.core.robot import Positive
from ballbot_fusion.core.rotation import Quaternion, Vector
from ballbot_fusion.core.settings import Settings


class InertialSettings(Settings):
    """How fast it corrects, what counts as rest, and what as slip."""

    time_s: Positive = 1.5
    """Time constant while the robot drives, s."""
    rest_time_s: Positive = 0.4
    """The same at rest, where nothing accelerates, s."""
    bias_time_s: Positive = 0.5
    """Time constant of the gyro's mean at rest, s."""
    rest_hold_s: Positive = 0.2
    """Rest must have lasted so long, s."""
    rest_rate: Positive = 0.06
    """Largest angular velocity at rest, bias included, rad/s."""
    rest_wheels: Positive = 0.5
    """Largest wheel speed at rest, rad/s."""
    slip: Positive = 0.25
    """Difference between the velocities of wheels and IMU that only slip explains, m/s."""
    slip_lasts_s: Positive = 0.5
    """The IMU alone is believed for so long; then the wheels are right again, s."""


class Inertial(NamedTuple):
    """What is remembered. All zero until wheels and IMU have been heard."""

    bias: Vector = (0.0, 0.0, 0.0)
    """Of the gyro, rad/s in base_link."""
    velocity: Pair = (0.0, 0.0)
    """Of the IMU's point, horizontal, in the odometry frame, m/s."""
    still_s: float = 0.0
    """For how long the robot has been at rest."""
    slipped_s: float = 0.0
    """For how long the wheels have contradicted."""


@dataclass(frozen=True)
class InertialObserver:
    """Constants of one robot; all state is an Inertial and the attitude."""

    position: Vector
    """Of the IMU in base_link, m."""
    settings: InertialSettings = field(default_factory=InertialSettings)

    def pushed(
        self, state: Inertial, attitude: Quaternion, force: Vector, seconds: float
    ) -> Inertial:
        """Let the specific force (base_link, m/s^2) act for ``seconds``."""
        x, y, _ = rotation.rotate(attitude, force)
        vx, vy = state.velocity
        return state._replace(velocity=(vx + x * seconds, vy + y * seconds))

    def lever_velocity(self, attitude: Quaternion, rate: Vector) -> Pair:
        """Velocity of the IMU's point against the ball's centre, horizontal, odometry frame."""
        (a, b, c), (x, y, z) = rate, self.position
        turned = rotation.rotate(attitude, (b * z - c * y, c * x - a * z, a * y - b * x))
        return turned[0], turned[1]

    def rested(
        self, state: Inertial, rate: Vector, wheels: Vector, idle: bool, seconds: float
    ) -> Inertial:
        """Learn the gyro's bias where nothing moves.

        Args:
            state: as it was.
            rate: of the gyro less the known bias, rad/s in base_link.
            wheels: rad/s.
            idle: whether the motors give nothing: a robot that balances is never at rest.
            seconds: since the last step.
        """
        how = self.settings
        raw = tuple(w + b for w, b in zip(rate, state.bias, strict=True))
        still = idle and max(map(abs, raw)) < how.rest_rate
        still = still and max(map(abs, wheels)) < how.rest_wheels
        if not still:
            return state._replace(still_s=0.0)
        state = state._replace(still_s=state.still_s + seconds)
        if state.still_s < how.rest_hold_s:
            return state
        share = seconds / (seconds + how.bias_time_s)
        a, b, c = (bias + share * w for bias, w in zip(state.bias, rate, strict=True))
        return state._replace(bias=(a, b, c))

    def corrected(
        self, state: Inertial, attitude: Quaternion, measured: Pair, seconds: float
    ) -> tuple[Inertial, Quaternion]:
        """Correct by the velocity of the IMU's point that wheels and gyro give (odometry frame).

        Returns the attitude as well. While the wheels slip, nothing is corrected.
        """
        how = self.settings
        ex, ey = measured[0] - state.velocity[0], measured[1] - state.velocity[1]
        if ex * ex + ey * ey > how.slip * how.slip:
            slipped_s = state.slipped_s + seconds
            if slipped_s < how.slip_lasts_s:
                return state._replace(slipped_s=slipped_s), attitude
            return state._replace(velocity=measured, slipped_s=0.0), attitude
        time_s = how.rest_time_s if state.still_s > how.rest_hold_s else how.time_s
        first, second, third = 3.0 / time_s, 3.0 / time_s**2, 1.0 / time_s**3
        vx, vy = state.velocity
        velocity = (vx + first * ex * seconds, vy + first * ey * seconds)
        # An attitude that leans too far towards +x sees itself pushed there.
        tilt = second / GRAVITY * seconds
        turn = rotation.from_rotation_vector((-tilt * ey, tilt * ex, 0.0))
        bias = third / GRAVITY * seconds
        down = rotation.rotate(rotation.conjugate(attitude), (bias * ey, -bias * ex, 0.0))
        a, b, c = (x + y for x, y in zip(state.bias, down, strict=True))
        attitude = rotation.normalised(rotation.multiply(turn, attitude))
        return Inertial((a, b, c), velocity, state.still_s, 0.0), attitude
