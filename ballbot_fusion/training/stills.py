"""Robots set before hazards and labelled where they stand: sight is learned from many places.

A drive takes minutes to compute and meets a hazard for seconds; the teacher can label any state. A
still is one tick of a robot that was put somewhere on a course, with a pose, a velocity and a
command as drives have them, and frames of its cameras. Nothing is simulated but what they see.
"""

from math import hypot
from pathlib import Path

import numpy as np

from ballbot_fusion.core import rotation, velocity_history
from ballbot_fusion.core.frame_stack import STACKS, frame_shape
from ballbot_fusion.core.kinematics import BallKinematics
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.samples import ImageSample
from ballbot_fusion.core.sensing import Sensing
from ballbot_fusion.core.spec import IMAGES, ObservationSpec
from ballbot_fusion.core.tick_images import image_of
from ballbot_fusion.simulation.simulation import CameraSnapshot, GroundTruth
from ballbot_fusion.simulation.teacher.teacher import Lesson, Teacher
from ballbot_fusion.simulation.terrain.course import make_course
from ballbot_fusion.simulation.terrain.seeds import training_seed
from ballbot_fusion.training.dataset import Array, Samples
from ballbot_fusion.training.image_rows import TELLING
from ballbot_fusion.training.places import Places
from ballbot_fusion.training.settings import StillSettings, TrainSettings
from ballbot_fusion.training.world import make_cameras, real_robot

LEVEL = (0.0, 0.0)
"""No slope."""
TRIES = 10
"""Places looked at for each still that is wanted, at most: on some courses little tells."""
KNOWN = frozenset(
    {
        velocity_history.KEY,
        "orientation",
        "angular_vel",
        "vel",
        "motor_state",
        "actions",
        "command",
        "slope",
        "image_age",
    }
)
"""Vectors that a still has."""


class Stills:
    """Takes stills on one course; everything random comes from ``seed``."""

    def __init__(self, settings: TrainSettings, robot: RobotConfig, seed: int) -> None:
        """Draw course and robot.

        Raises:
            ValueError: a modality that stills do not have.
        """
        self._spec = ObservationSpec.of(settings.keys)
        lacking = [entry.key for entry in self._spec.vectors if entry.key not in KNOWN]
        if lacking:
            raise ValueError(f"Stills have no {lacking}: set stills to null, or leave these out.")
        self._stills, self._robot = settings.stills or StillSettings(), robot
        self._rng = np.random.default_rng((settings.seed, seed, 2))
        number = training_seed(settings.seed, seed, 2)
        courses = settings.still_courses
        course = make_course(courses[seed % len(courses)], number)
        randomise = self._rng.random() < settings.rollout.randomised_share
        real = real_robot(robot, number, settings, randomise=randomise)
        self._latency_s = real.errors.depth.latency_s
        self._cameras = make_cameras(real, course.terrain, number)
        self._teacher = Teacher(robot, settings.rate_hz, course.terrain, settings.teacher)
        self._places = Places(course, robot, settings.limits)
        self._sensing = Sensing(self._spec, robot, settings.limits)
        self._kinematics = BallKinematics.of(robot)

    def take(self) -> Samples:
        """Take as many as are wanted, or as are found."""
        found: list[tuple[dict[str, Array], Lesson]] = []
        wanted = self._stills.per_course if len(self._places) else 0
        for _ in range(TRIES * wanted):
            if len(found) == wanted:
                break
            truth, command = self._places.draw(self._rng)
            self._teacher.look(truth)
            lesson = self._teacher.lesson(truth, command, LEVEL)
            if self._worth(lesson, command):
                found.append((self._observed(truth, command, lesson, len(found)), lesson))
        return self._joined(found)

    def _worth(self, lesson: Lesson, command: Vector) -> bool:
        """Keep where sight tells something, and some of the others."""
        vx, vy = lesson.velocities[-1, :2].tolist()
        tells = hypot(vx - command[0], vy - command[1]) > TELLING
        return bool(tells or self._rng.random() < self._stills.plain_share)

    def _observed(
        self, truth: GroundTruth, command: Vector, lesson: Lesson, number: int
    ) -> dict[str, Array]:
        """All modalities, as they are sensed without errors but those of the cameras."""
        age = self._latency_s + float(self._rng.uniform(0.0, 1.0 / self._robot.cameras[0].rate_hz))
        last = lesson.actions[-1] + self._rng.normal(0.0, 0.05, 3)
        raw = {
            "orientation": rotation.to_rotation_vector(rotation.without_yaw(truth.orientation)),
            "angular_vel": truth.angular_velocity,
            "vel": truth.heading_velocity,
            "motor_state": self._wheel_speeds(truth),
            "actions": tuple(map(float, last)),
            "command": command,
            "slope": LEVEL,
            "image_age": (age, age),
            velocity_history.KEY: truth.heading_velocity * velocity_history.LENGTH,
        }
        found = {entry.key: entry.normalise(raw[entry.key]) for entry in self._spec.vectors}
        frames = self._cameras.render(_before(truth, age, number))
        return found | {
            entry.key: self._image(entry.key, frames[IMAGES[entry.key][0]])
            for entry in self._spec.images
        }

    def _image(self, key: str, frame: ImageSample) -> Array:
        return image_of(self._sensing, self._spec[key], frame)

    def _wheel_speeds(self, truth: GroundTruth) -> Vector:
        """Of a ball that rolls on level ground without slipping, rad/s."""
        vx, vy, _ = truth.heading_velocity
        radius = self._robot.ball.radius
        tilt = rotation.without_yaw(truth.orientation)
        # The ball does not turn about the vertical: it rubs on the ground.
        rolling = rotation.rotate(rotation.conjugate(tilt), (-vy / radius, vx / radius, 0.0))
        x, y, z = (a - b for a, b in zip(rolling, truth.angular_velocity, strict=True))
        return self._kinematics.wheel_speeds((x, y, z))

    def _joined(self, found: list[tuple[dict[str, Array], Lesson]]) -> Samples:
        """Each still is an episode of one tick; frame 0 stands for "none yet", as in drives."""
        count = len(found)
        frames = {
            entry.key: np.array(
                [
                    np.zeros(frame_shape(entry.key, entry.shape)),
                    *(seen[entry.key] for seen, _ in found),
                ],
                np.float16,
            )
            for entry in self._spec.images
        }
        return Samples(
            {
                entry.key: np.array([seen[entry.key] for seen, _ in found], np.float32).reshape(
                    count, *entry.shape
                )
                for entry in self._spec.vectors
            },
            frames,
            {key: np.arange(1, count + 1) for key in frames},
            np.ones((count, len(self._spec)), np.float32),
            np.array([lesson.actions for _, lesson in found], np.float32).reshape(count, 4, 3),
            np.array([lesson.velocities for _, lesson in found], np.float32).reshape(count, 4, 3),
            np.arange(count),
            {key: np.arange(count + 1) for key in frames if key in STACKS},
        )


def _before(truth: GroundTruth, age: float, number: int) -> CameraSnapshot:
    """Where it was ``age`` s ago, when its frames were taken; ``number`` is that of their noise."""
    x, y, z = (p - age * v for p, v in zip(truth.position, truth.velocity, strict=True))
    wx, wy, wz = truth.angular_velocity
    turned = rotation.from_rotation_vector((-age * wx, -age * wy, -age * wz))
    qx, qy, qz, qw = rotation.multiply(truth.orientation, turned)
    return CameraSnapshot(number, 0, np.array([x, y, z, qw, qx, qy, qz]))


def take_stills(path: Path, settings: TrainSettings, robot: RobotConfig, seed: int) -> None:
    """Take the stills of one course in a worker process and save them to ``path``."""
    Stills(settings, robot, seed).take().save(path)
