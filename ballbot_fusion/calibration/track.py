"""The way of a robot that is pushed, by its wheels and by its IMU, with the estimator of core."""

from typing import NamedTuple

import numpy as np

from ballbot_fusion.calibration.recorded import Floats, Recorded
from ballbot_fusion.core import rotation
from ballbot_fusion.core.estimator import Estimate, Estimator
from ballbot_fusion.core.samples import ImuSample, JointSample


class Track(NamedTuple):
    """Arrays over the wheels' samples, in the odometry frame. The way is rolled + tipped."""

    seconds: Floats
    rolled: Floats
    """Velocity of the ball by the wheels against the body, (K, 2), m/s: goes with wheels.radius."""
    tipped: Floats
    """The same by the body's own rotation, (K, 2), m/s: goes with ball.radius."""
    spin: Floats
    """Of the ball about the vertical, as speed of its surface, (K,), m/s."""
    lever: Floats
    """Velocity of the IMU's point against the ball's centre, (K, 2), m/s."""
    felt: Floats
    """Acceleration of the IMU's point, (K, 2), m/s^2, mean since the sample before."""

    @property
    def velocity(self) -> Floats:
        """Of the ball, (K, 2), m/s."""
        return self.rolled + self.tipped


def tracked(recorded: Recorded) -> Track:
    """Follow the robot from a recording that begins at rest."""
    robot = recorded.robot
    estimator, radius = Estimator.of(robot), robot.ball.radius
    mount, position = estimator.mount, np.array(robot.imu.position)
    estimate, rows = Estimate(), []
    before: JointSample | None = None
    forces: list[rotation.Vector] = []
    felt: rotation.Vector = (0.0, 0.0, 0.0)
    samples: list[ImuSample | JointSample] = [*recorded.imu, *recorded.joints]
    for sample in sorted(samples, key=lambda s: (s.stamp_ns, s.source)):
        at_ns = sample.stamp_ns
        if isinstance(sample, ImuSample):
            estimate = estimator.with_imu(estimate, sample, at_ns)
            force = rotation.rotate(mount, sample.linear_acceleration)
            forces.append(rotation.rotate(estimate.attitude, force))
            continue
        if estimate.imu_ns < 0:
            continue
        before_ns = 0 if before is None else before.stamp_ns
        estimate = estimator.with_encoders(estimate, sample, at_ns, before, before_ns)
        before = sample
        spin = rotation.rotate(
            estimate.attitude, estimator.kinematics.ball_spin(estimate.wheel_speeds)
        )
        turn = rotation.rotate(estimate.attitude, estimate.rate)
        a, b, c = np.cross(estimate.rate, position).tolist()
        lever = rotation.rotate(estimate.attitude, (a, b, c))
        if forces:
            x, y, z = (sum(column) / len(forces) for column in zip(*forces, strict=True))
            felt, forces = (x, y, z), []
        rows.append((
            (at_ns - recorded.imu[0].stamp_ns) * 1e-9, radius * spin[1], -radius * spin[0],
            radius * turn[1], -radius * turn[0], radius * (spin[2] + turn[2]), *lever[:2],
            *felt[:2],
        ))  # fmt: skip
    table = np.array(rows)
    return Track(
        table[:, 0], table[:, 1:3], table[:, 3:5], table[:, 5], table[:, 6:8], table[:, 8:10]
    )
