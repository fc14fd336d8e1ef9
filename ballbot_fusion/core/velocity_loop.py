"""Torques for motors whose driver takes velocities: setpoints of its proportional velocity loop.

Such a driver gives the torque k (setpoint - speed), k being its gain. The setpoint speed + torque/k
therefore asks for a torque, for as long as the speed is that of now. One that was measured d
seconds before the driver compares gives

    torque - k d (speed)'

as if the wheel had gained a moment of inertia k d. A setpoint of zero brakes: whatever is wrong
with signs, gears or speeds, it takes energy out. One that follows a speed which is wrong does not.
"""

from dataclasses import dataclass

from ballbot_fusion.core import rotation
from ballbot_fusion.core.estimator import Estimate
from ballbot_fusion.core.kinematics import BallKinematics
from ballbot_fusion.core.planar import clip
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import Vector


@dataclass(frozen=True)
class VelocityLoop:
    """Constants of one robot. Everything is at the wheel, in the policy's joint order."""

    gain: float
    """Of the driver, N m s/rad."""
    max_velocity: float
    """Largest setpoint, rad/s."""
    max_torque: float
    """N m; more the driver does not give, whatever the setpoint."""
    kinematics: BallKinematics

    @classmethod
    def of(cls, robot: RobotConfig) -> "VelocityLoop":
        """Derive the constants from the robot file.

        Raises:
            ValueError: it does not say what the gain is.
        """
        gain, wheels = robot.motors.velocity_gain, robot.wheels
        if gain is None:
            raise ValueError(
                "Velocity commands need the gain of the driver's velocity loop, but the robot file "
                "has no motors.velocity_gain. Measure it (docs/bring_up.md, Velocity commands), or "
                "choose a command_type of efforts."
            )
        return cls(gain, wheels.max_velocity, wheels.max_torque, BallKinematics.of(robot))

    def setpoints(self, efforts: Vector, speeds: Vector) -> Vector:
        """What to tell the driver, rad/s, for torques [N m] at wheels that turn at ``speeds``."""
        a, b, c = (
            clip(speed + effort / self.gain, self.max_velocity)
            for effort, speed in zip(efforts, speeds, strict=True)
        )
        return a, b, c

    def efforts(self, setpoints: Vector, speeds: Vector) -> Vector:
        """What the driver gives, N m, at ``speeds`` [rad/s]."""
        a, b, c = (
            clip(self.gain * (setpoint - speed), self.max_torque)
            for setpoint, speed in zip(setpoints, speeds, strict=True)
        )
        return a, b, c

    def speeds(self, estimate: Estimate, *, measured: bool) -> Vector:
        """Wheel speeds, rad/s: as measured, or else as they must be by gyro and dead reckoning."""
        if measured:
            return estimate.wheel_speeds
        tilt, radius = estimate.tilt_rotation, self.kinematics.radius
        vx, vy, _ = estimate.velocity
        # Friction holds the ball's spin about the vertical to nearly none.
        x, y, z = rotation.rotate(rotation.conjugate(tilt), (-vy / radius, vx / radius, 0.0))
        p, q, r = estimate.rate
        return self.kinematics.wheel_speeds((x - p, y - q, z - r))
