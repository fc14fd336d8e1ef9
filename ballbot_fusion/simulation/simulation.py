"""The simulated ballbot: torques in, samples out, one millisecond at a time.

Everything is a function of (robot, terrain, drivetrain, settings, seed): the same arguments give
the same bits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite, radians

import mujoco
import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core import rotation
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import Quaternion, Vector
from ballbot_fusion.core.samples import Sample
from ballbot_fusion.simulation.drivetrains.ball import BALL, BALL_JOINT
from ballbot_fusion.simulation.model import STAND, TIMESTEP
from ballbot_fusion.simulation.motors import MotorModel
from ballbot_fusion.simulation.sensors.clock import Clock, shared_rate
from ballbot_fusion.simulation.sensors.encoders import EncoderSensor
from ballbot_fusion.simulation.sensors.imu import ImuSensor
from ballbot_fusion.simulation.sensors.noise import stream
from ballbot_fusion.simulation.settings import SimulationSettings
from ballbot_fusion.simulation.terrain import Terrain
from ballbot_fusion.simulation.world import Part, World

STEP_NS = round(TIMESTEP * 1e9)
CLEARANCE = 0.001
"""How far the stand holds the ball above the ground, m."""
UPRIGHT = radians(20.0)
"""A robot that leans further has fallen."""
_TILT = 101  # purpose of a random stream, beside the numbers of the sensors


@dataclass(frozen=True)
class GroundTruth:
    """What only a simulation knows."""

    position: Vector
    """Ball centre in the world, m."""
    orientation: Quaternion
    """base_link in the world, (x, y, z, w)."""
    velocity: Vector
    """Ball centre in the world, m/s."""
    angular_velocity: Vector
    """In base_link, rad/s."""

    @cached_property
    def heading_velocity(self) -> Vector:
        """Ball centre in the heading frame, m/s."""
        yaw = rotation.yaw_of(self.orientation)
        return rotation.rotate(rotation.about_z(-yaw), self.velocity)

    @property
    def tilt(self) -> float:
        """Angle from upright, rad."""
        return rotation.tilt_of(self.orientation)


@dataclass(frozen=True)
class CameraSnapshot:
    """What a renderer needs for one frame of both cameras."""

    frame: int
    stamp_ns: int
    qpos: NDArray[np.float64]
    """Pose of base_link as MuJoCo writes it (7,), then those of the other robots in its world."""


class Simulation:
    """One robot on one terrain. It starts on a stand: held, tilted, wheels free, sensors on.

    Alone in its world it is advanced by ``step``. Where several share one, ``apply`` of each comes
    first, then the world advances, then ``read`` of each tells what it senses.
    """

    def __init__(
        self,
        robot: RobotConfig,
        terrain: Terrain,
        *,
        seed: int,
        drivetrain: str = "ideal",
        settings: SimulationSettings | None = None,
        max_initial_tilt_deg: float = 5.0,
        world: World | None = None,
        place: int = 0,
    ) -> None:
        """Build the model and put the robot on its stand.

        ``world`` is one that several robots share, all like ``robot`` and on ``terrain``; this one
        is number ``place`` in it. None: a world of its own, with that drivetrain.

        Raises:
            ValueError: unknown drivetrain, a robot that MuJoCo refuses, no such place, or rates
                that it cannot sample.
        """
        self.robot, self.terrain = robot, terrain
        self.settings = settings or SimulationSettings()
        self.max_initial_tilt = radians(max_initial_tilt_deg)
        backlash = self.settings.motor_backlash_deg
        self.world = world or World(robot, terrain, drivetrain, backlash)
        self.model, self.data = self.world.model, self.world.data
        self._part = part = Part(self.world, place)
        self._others = [Part(self.world, p) for p in range(self.world.robots) if p != place]
        self._warnings = self.data.warning.number  # a view, by kind
        self._base = part.base
        self._ball = self.model.geom(part.prefix + BALL).id
        joint = self.model.joint(part.prefix + BALL_JOINT)
        self._ball_is_free = int(joint.type[0]) == mujoco.mjtJoint.mjJNT_FREE
        # Where the ball's centre stands in qpos and qvel: that of base_link unless it is free.
        first = self.model.joint(part.prefix + "base_joint")
        own_qpos, own_qvel = int(first.qposadr[0]), int(first.dofadr[0])
        self._ball_qpos = int(joint.qposadr[0]) - own_qpos if self._ball_is_free else 0
        self._ball_qvel = int(joint.dofadr[0]) - own_qvel if self._ball_is_free else 0
        # A drivetrain may keep a part of the base's mass in bodies of its own.
        self._push_lever = robot.base.com_height - float(self.model.body_ipos[self._base, 2])
        self._stand = self.model.equality(part.prefix + STAND).id
        self._imu_clock = Clock(robot.imu.rate_hz)
        self._encoder_clock = Clock(robot.encoders.rate_hz)
        self._camera_clock = Clock(shared_rate(robot))
        self.reset(seed)

    def reset(self, seed: int) -> None:
        """Start anew on the stand: time 0, tilt, biases and noise drawn from ``seed``."""
        self.seed = seed
        self._part.reset()
        self._step = 0
        self._fallen = self._touched = False
        self._push: tuple[Vector, int] = ((0.0, 0.0, 0.0), 0)
        self._motors = MotorModel(self.robot.wheels, self.settings)
        self._imu = ImuSensor(self.model, self.robot, self.settings, seed, self._part.prefix)
        self._encoders = EncoderSensor(self.robot, self.settings, seed)
        tilt, direction = stream(seed, _TILT).random(2) * (self.max_initial_tilt, 2.0 * np.pi)
        lean = (float(tilt * np.cos(direction)), float(tilt * np.sin(direction)), 0.0)
        x, y, z, w = rotation.from_rotation_vector(lean)
        self._part.qpos[:7] = [*self._part.start, self._start_height(), w, x, y, z]
        self.hold()

    def _start_height(self) -> float:
        """Lowest height at which the ball touches the ground nowhere, plus the clearance."""
        radius, (there_x, there_y) = self.robot.ball.radius, self._part.start
        reach = np.linspace(-radius, radius, 9)
        under = [
            self.terrain.height_at(there_x + x, there_y + y) + (radius**2 - x * x - y * y) ** 0.5
            for x in reach
            for y in reach
            if x * x + y * y < radius**2
        ]
        return max(under) + CLEARANCE

    # --- the stand ---

    @property
    def held(self) -> bool:
        """Whether the stand holds the base."""
        return bool(self.data.eq_active[self._stand])

    def hold(self) -> None:
        """Let the stand grip the base where it is, the ball seated in it."""
        qpos, qvel = self._part.qpos, self._part.qvel
        there, turned = self.stand
        there[:], turned[:] = qpos[:3], qpos[3:7]
        self.data.eq_active[self._stand] = 1
        if self._ball_is_free:
            qpos[self._ball_qpos : self._ball_qpos + 3] = qpos[:3]
            qvel[self._ball_qvel : self._ball_qvel + 3] = qvel[:3]
        mujoco.mj_forward(self.model, self.data)

    def release(self) -> None:
        """Let the stand go."""
        self.data.eq_active[self._stand] = 0

    @property
    def stand(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Where the stand holds base_link, m, and how turned (w, x, y, z): write to move it."""
        return self._part.stand

    # --- time ---

    @property
    def time_ns(self) -> int:
        """Simulated time."""
        return self._step * STEP_NS

    @property
    def wheel_speeds(self) -> Vector:
        """As they are, rad/s in joint order."""
        a, b, c = self._part.wheel_speeds.tolist()
        return a, b, c

    def step(self, effort: Sequence[float]) -> list[Sample]:
        """Advance 1 ms under wheel torques [N m]; return the samples taken at its end.

        Raises:
            ValueError: an effort that is not three finite numbers.
            RuntimeError: the physics diverged.
        """
        self.apply(effort)
        self.world.advance()
        return self.read()

    def apply(self, effort: Sequence[float]) -> None:
        """Give the motors wheel torques [N m] for the millisecond that comes; see ``step``."""
        self._effort = self._applied(effort)
        self._part.ctrl[:] = self._effort
        self._apply_push()

    def let_be(self) -> None:
        """Neither drive nor push it until it is told to ``apply`` again: a world may go on."""
        self._part.let_be()
        self._push = ((0.0, 0.0, 0.0), 0)

    def read(self) -> list[Sample]:
        """Return the samples taken at the end of the millisecond that has passed; see ``step``."""
        self._step += 1
        self._check()
        self._encoders.advance(self.wheel_speeds, TIMESTEP)
        samples: list[Sample] = []
        if self._imu_clock.due(self._step):
            samples.append(self._imu.read(self.data, self.time_ns))
        if self._encoder_clock.due(self._step):
            samples.append(self._encoders.read(self._effort, self.time_ns))
        return samples

    def _applied(self, effort: Sequence[float]) -> Vector:
        if len(effort) != 3 or not all(map(isfinite, effort)):
            raise ValueError(f"Wheel torques must be three finite numbers, found {list(effort)}.")
        asked = (float(effort[0]), float(effort[1]), float(effort[2]))
        return self._motors.torques(asked, self.wheel_speeds)

    def _check(self) -> None:
        # Plain numbers: this runs each millisecond, and numpy takes longer to begin than to add.
        if any(self._warnings.tolist()) or not all(map(isfinite, self._part.qvel.tolist())):
            raise RuntimeError(
                f"The physics diverged at {self.time_ns * 1e-9:.3f} s (seed {self.seed}): MuJoCo "
                f"gave {int(self._warnings.sum())} warnings. Check the masses and inertias in the "
                "robot file."
            )
        self._fallen = self._fallen or self._fell()
        if self._part.foreign:
            self._touched = self._touched or self._touches()

    def _fell(self) -> bool:
        if self.held:
            return False
        # The robot's parts do not touch one another, but rollers touch the ball.
        if any(self._ball not in pair for pair in self._part.contacts()):
            return True
        w, x, y, z = self._part.qpos[3:7].tolist()
        return rotation.tilt_of((x, y, z, w)) > UPRIGHT

    def _touches(self) -> bool:
        """Whether any part of the robot, the ball too, touches what stands on the ground."""
        foreign = self._part.foreign
        return any(a in foreign or b in foreign for a, b in self._part.contacts())

    @property
    def touched(self) -> bool:
        """Whether any part of it touched an obstacle, or another robot."""
        return self._touched

    @property
    def fallen(self) -> bool:
        """Whether it leaned beyond 20 degrees or touched anything with more than the ball."""
        return self._fallen

    def camera_snapshot_due(self) -> CameraSnapshot | None:
        """Return the state if both cameras take a frame at this step."""
        if not self._camera_clock.due(self._step):
            return None
        frame = self._camera_clock.count(self._step)
        poses = np.concatenate([part.qpos[:7] for part in (self._part, *self._others)])
        return CameraSnapshot(frame, self.time_ns, poses)

    # --- the world outside ---

    def push(self, force: Vector, seconds: float) -> None:
        """Push base and wheels at their centre of mass: ``force`` in the world [N], from now on."""
        self._push = (force, self._step + round(seconds / TIMESTEP))

    def _apply_push(self) -> None:
        force, until = self._push
        if self._step < until:
            self.data.xfrc_applied[self._base, :3] = force
            if self._push_lever:
                up = self.data.xmat[self._base].reshape(3, 3)[:, 2]
                self.data.xfrc_applied[self._base, 3:] = np.cross(self._push_lever * up, force)
        elif until:
            self.data.xfrc_applied[self._base] = 0.0
            self._push = (force, 0)

    def ground_truth(self) -> GroundTruth:
        """Return the true state."""
        qpos, qvel = self._part.qpos.tolist(), self._part.qvel.tolist()
        p, v = self._ball_qpos, self._ball_qvel
        return GroundTruth(
            (qpos[p], qpos[p + 1], qpos[p + 2]),
            (qpos[4], qpos[5], qpos[6], qpos[3]),
            (qvel[v], qvel[v + 1], qvel[v + 2]),
            (qvel[3], qvel[4], qvel[5]),
        )

    @property
    def imu_biases(self) -> tuple[Vector, Vector]:
        """Of gyro [rad/s] and accelerometer [m/s^2] in this run, in imu_link."""
        return self._imu.gyro_bias, self._imu.force_bias

    def state_bytes(self) -> bytes:
        """qpos, qvel and ctrl, for hashing a trajectory."""
        part = self._part
        return part.qpos.tobytes() + part.qvel.tobytes() + part.ctrl.tobytes()
