"""Left for right: what a symmetrical robot learns on one side of a hazard holds on the other.

A reflection in the robot's x-z plane turns y of polar vectors (velocities) and x and z of axial
ones (rotations). The cameras change places and their images are flipped; so do the wheels, and all
of them turn the other way. Masks and the teacher's answers go along.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.robot import Camera, RobotConfig
from ballbot_fusion.core.spec import IMAGES, ObservationSpec
from ballbot_fusion.simulation.teacher.teacher import CAMERAS

Array = NDArray[np.float32]
POLAR, AXIAL = (1.0, -1.0, 1.0), (-1.0, 1.0, -1.0)
SIGNS = {
    "orientation": AXIAL,
    "angular_vel": AXIAL,
    "vel": POLAR,
    "vel_history": POLAR,
    "command": (1.0, -1.0, -1.0),
    "slope": (1.0, -1.0),
}
"""Signs of what a reflection leaves in its place."""
WHEELS = ("motor_state", "actions")
"""Modalities of one number per wheel."""
BY_CAMERA = "image_age"
VELOCITY = np.array([1.0, -1.0, -1.0], np.float32)
"""Signs of vx, vy and yaw rate."""


class Labelled(NamedTuple):
    """B ticks with their labels; fields as in Samples, frames of the first ticks only."""

    observation: dict[str, Array]
    mask: Array
    actions: Array
    """(B, 4, 3), by set of cameras alive."""
    velocities: Array
    """(B, 4, 3)."""


@dataclass(frozen=True)
class Mirror:
    """Reflects ticks of one robot, as one spec observes them."""

    wheels: list[int]
    """Which wheel takes the place of each."""
    partners: dict[str, str]
    """The image of the other camera, by key."""
    columns: list[int]
    """Which column of the mask takes the place of each."""

    @classmethod
    def of(
        cls, spec: ObservationSpec, robot: RobotConfig, besides: Collection[str] = ()
    ) -> "Mirror":
        """Prepare for ``robot``; vectors ``besides`` stay as they are.

        Raises:
            ValueError: a robot that is not symmetrical, or a modality that has no reflection.
        """
        known = {*SIGNS, *WHEELS, BY_CAMERA, *besides}
        strange = [entry.key for entry in spec.vectors if entry.key not in known]
        if strange:
            raise ValueError(
                f"No reflection is known of {strange}: set fit.mirrored_share to 0, or leave them "
                "out of keys."
            )
        partners = {entry.key: _partner(spec, entry.key) for entry in spec.images}
        if partners:
            _check_cameras(*robot.cameras)
        columns = [spec.keys.index(partners.get(key, key)) for key in spec.keys]
        return cls(_opposite_wheels(robot), partners, columns)

    def __call__(self, given: Labelled, chosen: NDArray[np.bool_]) -> Labelled:
        """Reflect the ``chosen`` ticks (B,)."""
        by_cameras = [CAMERAS.index(tuple(sorted(1 - c for c in alive))) for alive in CAMERAS]
        where = chosen[:, None]
        mask = np.where(where, given.mask[:, self.columns], given.mask)
        observation = {
            key: self._reflected(given.observation, key, chosen) for key in given.observation
        }
        where = where[:, :, None]
        actions = np.where(where, -given.actions[:, by_cameras][..., self.wheels], given.actions)
        velocities = np.where(where, given.velocities[:, by_cameras] * VELOCITY, given.velocities)
        return Labelled(observation, mask, actions, velocities)

    def _reflected(
        self, observation: dict[str, Array], key: str, chosen: NDArray[np.bool_]
    ) -> Array:
        values = observation[key]
        if key in self.partners:
            other = observation[self.partners[key]][..., ::-1]
            return np.where(chosen[: len(values), None, None, None], other, values)
        if key in WHEELS:
            changed = -values[:, self.wheels]
        elif key == BY_CAMERA:
            changed = values[:, ::-1]
        elif key in SIGNS:
            changed = values * np.array(SIGNS[key], np.float32)
        else:
            return values
        return np.where(chosen.reshape(-1, *[1] * (values.ndim - 1)), changed, values)


def _partner(spec: ObservationSpec, key: str) -> str:
    """Return the key of the other camera's image of the same kind and shape."""
    camera, kind = IMAGES[key]
    for other in spec.images:
        if IMAGES[other.key] == (1 - camera, kind) and other.shape == spec[key].shape:
            return other.key
    raise ValueError(
        f"{key!r} has no counterpart of the other camera among {list(spec.keys)}: set "
        "fit.mirrored_share to 0, or add it to keys."
    )


def _check_cameras(first: Camera, second: Camera) -> None:
    x, y, z = second.position
    wanted = second.model_copy(
        update={
            "position": (x, -y, z),
            "yaw_deg": -second.yaw_deg,
            "roll_deg": -second.roll_deg,
            "frame_id": first.frame_id,
        }
    )
    if first != wanted:
        raise ValueError(
            "The robot's cameras are no mirror images of one another in its x-z plane: set "
            f"fit.mirrored_share to 0. camera_0 is {first}, camera_1 {second}."
        )


def _opposite_wheels(robot: RobotConfig) -> list[int]:
    angles = [azimuth % 360.0 for azimuth in robot.wheels.azimuth_deg]
    found = []
    for angle in angles:
        apart = [abs((other + angle + 180.0) % 360.0 - 180.0) for other in angles]
        if min(apart) > 1e-6:
            raise ValueError(
                f"The robot's wheels at {angles} degrees are not symmetrical about its x axis: set "
                "fit.mirrored_share to 0."
            )
        found.append(apart.index(min(apart)))
    return found
