"""From what a tick knows to the arrays that a policy observes."""

from collections.abc import Callable
from math import inf

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core import instruction, rotation, velocity_history
from ballbot_fusion.core.estimator import ZERO, Estimate
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.samples import JointSample, Source
from ballbot_fusion.core.sensing import IMAGE_SOURCES, Sensing
from ballbot_fusion.core.spec import INSTRUCTION, Observation
from ballbot_fusion.core.synchronizer import Synchronizer
from ballbot_fusion.core.tick_state import TickState


def _last_action(sensing: Sensing, sync: Synchronizer) -> Vector:
    held = sync.channels[Source.MOTORS].sample
    if not isinstance(held, JointSample):
        return ZERO
    scale = 1.0 / sensing.robot.wheels.max_torque
    x, y, z = sensing.joints.efforts(held)
    return (x * scale, y * scale, z * scale)


def _image_ages(state: TickState) -> tuple[float, float]:
    """Seconds since each camera's newest frame was taken; infinite before the first."""
    channels = state.sync.channels
    first, second = (
        (state.now_ns - channels[source].taken_ns) * 1e-9 if channels[source].sample else inf
        for source in (Source.CAMERA_0, Source.CAMERA_1)
    )
    return first, second


_Raw = Callable[[Sensing, TickState, Estimate], tuple[float, ...] | NDArray[np.float32]]
_RAW: dict[str, _Raw] = {
    "orientation": lambda _, __, now: rotation.to_rotation_vector(now.tilt_rotation),
    "angular_vel": lambda _, __, now: now.rate,
    "vel": lambda _, __, now: now.velocity,
    "motor_state": lambda _, __, now: now.wheel_speeds,
    "actions": lambda sensing, state, _: _last_action(sensing, state.sync),
    "command": lambda _, state, __: state.command,
    "slope": lambda _, __, now: now.level.slope,
    "image_age": lambda _, state, __: _image_ages(state),
    velocity_history.KEY: lambda _, state, __: velocity_history.numbers_of(
        velocity_history.recalled(state.history)
    ),
    INSTRUCTION: lambda _, state, __: instruction.embedding(
        state.sync.channels[Source.INSTRUCTION]
    ),
}
"""Where each vector modality's raw values come from."""


def observed(sensing: Sensing, state: TickState, now: Estimate) -> Observation:
    """Arrays by modality key, each of its modality's shape; zeros for images never seen."""
    observation: Observation = {}
    for entry in sensing.spec:
        if entry.is_image:
            image = state.images[IMAGE_SOURCES[entry.key] - Source.CAMERA_0]
            observation[entry.key] = np.zeros(entry.shape, np.float32) if image is None else image
        else:
            observation[entry.key] = entry.normalise(_RAW[entry.key](sensing, state, now))
    return observation
