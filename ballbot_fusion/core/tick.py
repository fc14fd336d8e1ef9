"""The tick: from samples to observation and mask.

One pure function, called by the inference and safety nodes, the training environment, the
evaluation and replay alike.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core import (
    color,
    command,
    depth,
    frame_stack,
    instruction,
    rotation,
    velocity_history,
)
from ballbot_fusion.core.cameras import unlike
from ballbot_fusion.core.channel import MS
from ballbot_fusion.core.command import CommandLimits
from ballbot_fusion.core.estimator import ZERO, Estimate, Estimator, propagated
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.samples import (
    ColorSample,
    CommandSample,
    DepthSample,
    ImageSample,
    ImuSample,
    JointSample,
    Sample,
    Source,
)
from ballbot_fusion.core.spec import IMAGES, INSTRUCTION, Modality, Observation, ObservationSpec
from ballbot_fusion.core.synchronizer import (
    Judge,
    Refused,
    Synchronizer,
    Trusted,
    initial_synchronizer,
    judge_all,
    receive,
)
from ballbot_fusion.core.velocity_history import History, Moment
from ballbot_fusion.core.viewpoint import seen_from
from ballbot_fusion.core.wheel_joints import WheelJoints

IMAGE_SOURCES = {key: Source(Source.CAMERA_0 + camera) for key, (camera, _) in IMAGES.items()}
NEEDED = {
    "orientation": (Source.IMU,),
    "angular_vel": (Source.IMU,),
    "vel": (Source.ENCODERS, Source.IMU),
    velocity_history.KEY: (Source.ENCODERS, Source.IMU),
    "motor_state": (Source.ENCODERS,),
    "actions": (Source.MOTORS,),
    INSTRUCTION: (Source.INSTRUCTION,),
    **{key: (source,) for key, source in IMAGE_SOURCES.items()},
}
"""The streams a modality is made of; it is masked when one of them is. What is not named here
(``command``, ``slope``, ``image_age``) is always known."""
CAN_FAIL = frozenset(NEEDED) - {INSTRUCTION}
"""Modalities that a sensor's failure takes away. An instruction is not there until it is given."""
BRIDGED = frozenset({"vel", velocity_history.KEY})
VEL_BRIDGE_NS = 40 * MS
"""Velocity outlives the IMU this long: the estimator propagates the body's rotation."""


@dataclass(frozen=True)
class Sensing:
    """The contract of a tick: what is observed, on which robot, within which limits.

    Raises:
        ValueError: an image that the robot's camera cannot give.
    """

    spec: ObservationSpec
    robot: RobotConfig
    limits: CommandLimits = field(default_factory=CommandLimits)
    instruction_lasts_s: float = inf
    """How long an instruction is in force unless another one comes, s."""

    def __post_init__(self) -> None:
        """Refuse depth of a colour camera and colour of a depth camera."""
        if wrong := unlike(self.spec, self.robot):
            raise ValueError(wrong)

    @cached_property
    def history_place(self) -> int | None:
        """Where ``vel_history`` stands in the mask; None for a spec without it."""
        keys = self.spec.keys
        return keys.index(velocity_history.KEY) if velocity_history.KEY in keys else None

    @cached_property
    def stacks(self) -> bool:
        """Whether frames are stacked."""
        return self.spec.frames > 1

    @cached_property
    def judge(self) -> Judge:
        """By what samples are judged."""
        return Judge.of(self.robot)

    @property
    def joints(self) -> WheelJoints:
        """How the drivers have the wheels' joints."""
        return self.judge.joints

    @cached_property
    def estimator(self) -> Estimator:
        """Estimator of this robot."""
        return Estimator.of(self.robot)


Images = tuple[NDArray[np.float32] | None, NDArray[np.float32] | None]
"""One (C, h, w) image per camera, None before the first."""


Frames = tuple[ImageSample, ...]


class TickState(NamedTuple):
    """Everything that a tick remembers."""

    sync: Synchronizer
    estimate: Estimate
    command: Vector
    """Commanded vx, vy [m/s], yaw rate [rad/s] after the limits."""
    images: Images
    """The newest trusted frames as policies see them, by camera."""
    now_ns: int
    earlier: tuple[Frames, Frames] = ((), ())
    """Frames that are stacked behind the newest, newest first, by camera, for a spec of stacks."""
    history: History = ()
    """The last velocities, for a spec that names ``vel_history``."""


class Tick(NamedTuple):
    """What a tick yields."""

    state: TickState
    observation: Observation
    mask: NDArray[np.float32]
    """One 0/1 per modality, in the spec's order."""
    reasons: tuple[Reason, ...]
    """Why each modality is masked, in the spec's order."""
    estimate: Estimate
    """The estimate at the tick's time, attitude propagated and levelled."""
    sources: dict[Source, Reason]
    """Health of every stream."""
    fresh: frozenset[str]
    """Keys of the images that changed with this tick."""
    restarted: bool = False
    """Whether a clock jumped with this tick: a policy's memory is of another time."""
    refused: Sequence[Refused] = ()
    """Which samples were not trusted, each with its reason, for the nodes to count."""


def initial_state(now_ns: int, clock_offset_ns: int) -> TickState:
    """Nothing sensed yet. ``clock_offset_ns`` is steady minus ROS time at ``now_ns``."""
    sync = initial_synchronizer(now_ns, clock_offset_ns)
    return TickState(sync, Estimate(), ZERO, (None, None), now_ns)


def _estimated(sensing: Sensing, estimate: Estimate, trusted: Sequence[Trusted]) -> Estimate:
    """Let the samples advance the estimate in the order in which they were taken."""
    for sample, taken_ns, before, before_ns in sorted(
        trusted, key=lambda entry: (entry.taken_ns, entry.sample.source)
    ):
        if isinstance(sample, ImuSample):
            estimate = sensing.estimator.with_imu(estimate, sample, taken_ns)
        elif isinstance(sample, JointSample) and sample.source is Source.ENCODERS:
            estimate = sensing.estimator.with_encoders(
                estimate, sample, taken_ns, before, before_ns
            )
        elif isinstance(sample, JointSample) and sample.source is Source.MOTORS:
            estimate = sensing.estimator.with_motors(estimate, sample, taken_ns)
    return estimate


def _commanded(
    sensing: Sensing, state: TickState, sync: Synchronizer, valid: bool, now_ns: int
) -> Vector:
    held = sync.channels[Source.COMMAND].sample
    wanted = held.velocity if valid and isinstance(held, CommandSample) else ZERO
    seconds = max(now_ns - state.now_ns, 0) * 1e-9
    return command.approached(state.command, wanted, seconds, sensing.limits)


def image_of(sensing: Sensing, entry: Modality, sample: ImageSample) -> NDArray[np.float32]:
    """Bring a frame into the form that policies see: (C, h, w), one of a stack."""
    if isinstance(sample, ColorSample):
        return color.normalised(sample.image, sample.encoding, entry.shape)
    camera = sensing.robot.cameras[sample.source - Source.CAMERA_0]
    shape = frame_stack.frame_shape(entry.key, entry.shape)
    view = camera.seen
    if view is not None and isinstance(sample, DepthSample):
        return seen_from(camera, view, sample, shape)
    return depth.normalised(sample.image, shape, camera.max_range, camera.depth_unit_m)


def _images(
    sensing: Sensing, state: TickState, sync: Synchronizer, trusted: Sequence[Trusted]
) -> tuple[Images, tuple[Frames, Frames], frozenset[str]]:
    """Bring only the newest new frame of each camera into the policy's form."""
    newest = {t.sample.source: t.sample for t in trusted if isinstance(t.sample, ImageSample)}
    images, fresh = list(state.images), []
    earlier = state.earlier if sensing.stacks else ((), ())
    for entry in sensing.spec.images:
        source = IMAGE_SOURCES[entry.key]
        camera = source - Source.CAMERA_0
        image = images[camera]
        if source not in newest and (image is None or image.shape != entry.shape):
            # A policy that sees otherwise drove until now: it is given the frame that is there.
            held, image = sync.channels[source].sample, None
            if isinstance(held, ImageSample):
                newest[source] = held
        if source in newest:
            if entry.key in frame_stack.STACKS:
                image, earlier = _on_stack(sensing, entry, state, sync, newest[source])
            else:
                image = image_of(sensing, entry, newest[source])
            images[camera] = image
            state = state._replace(earlier=earlier)
            fresh.append(entry.key)
    return (images[0], images[1]), earlier, frozenset(fresh)


def _on_stack(
    sensing: Sensing, entry: Modality, state: TickState, sync: Synchronizer, newest: ImageSample
) -> tuple[NDArray[np.float32], tuple[Frames, Frames]]:
    """Put a frame on its camera's stack; return it and the earlier frames of all cameras.

    The stack goes on if it has the spec's form and its newest frame was taken shortly before.
    """
    camera = newest.source - Source.CAMERA_0
    before, image = state.sync.channels[newest.source], state.images[camera]
    apart_ns = sync.channels[newest.source].taken_ns - before.taken_ns
    frames: Frames = ()
    goes_on = image is not None and image.shape == entry.shape and apart_ns > 0
    if goes_on and apart_ns < frame_stack.GAP_NS and isinstance(before.sample, ImageSample):
        frames = (before.sample, *state.earlier[camera])[: frame_stack.LENGTH - 1]
    stack = frame_stack.stacked(image_of(sensing, entry, newest), image if frames else None)
    first, second = (frames if k == camera else state.earlier[k] for k in (0, 1))
    return stack, (first, second)


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


def _observed(sensing: Sensing, state: TickState, now: Estimate) -> Observation:
    observation: Observation = {}
    for entry in sensing.spec:
        if entry.is_image:
            image = state.images[IMAGE_SOURCES[entry.key] - Source.CAMERA_0]
            observation[entry.key] = np.zeros(entry.shape, np.float32) if image is None else image
        else:
            observation[entry.key] = entry.normalise(_RAW[entry.key](sensing, state, now))
    return observation


def _reason(
    entry: Modality, sources: dict[Source, Reason], estimate: Estimate, now_ns: int
) -> Reason:
    for source in NEEDED.get(entry.key, ()):
        bridged = entry.key in BRIDGED and source is Source.IMU and estimate.imu_ns >= 0
        if bridged and now_ns - estimate.imu_ns < VEL_BRIDGE_NS:
            continue
        if sources[source] is not Reason.OK:
            return sources[source]
    return Reason.OK


def _remembering(
    before: TickState, state: TickState, reasons: tuple[Reason, ...], place: int
) -> tuple[TickState, tuple[Reason, ...]]:
    """Add the velocity to the history of ``before``.

    The history can be trusted when all that it holds could be: estimates from an outage stay in it
    for as long as they are observed.
    """
    now = Moment(state.now_ns, state.estimate.velocity, reasons[place] is Reason.OK)
    history = velocity_history.lengthened(before.history, now)
    if now.trusted and not all(moment.trusted for moment in velocity_history.recalled(history)):
        reasons = (*reasons[:place], Reason.RECOVERING, *reasons[place + 1 :])
    return state._replace(history=history), reasons


def tick(sensing: Sensing, state: TickState, samples: Sequence[Sample], now_ns: int) -> Tick:
    """Take in ``samples`` that arrived since the last tick and observe the robot at ``now_ns``.

    Args:
        sensing: what is observed; the same in every tick of a run.
        state: as the last tick returned it, or ``initial_state``.
        samples: in order of arrival within each source; bad ones are masked, never raised.
        now_ns: steady time. When it runs backward (a simulation started again, with its time as
            steady time), everything sensed before is forgotten.
    """
    restarted = now_ns < state.now_ns
    if restarted:
        state = initial_state(now_ns, state.sync.offset_ns)
    sync, trusted, refused = receive(state.sync, samples, sensing.judge)
    sync, sources = judge_all(sync, tuple(Source), now_ns, sensing.judge.rules)
    told = sync.channels[Source.INSTRUCTION]
    sources[Source.INSTRUCTION] = instruction.health(
        told, sources[Source.INSTRUCTION], sensing.instruction_lasts_s, now_ns
    )
    estimate = _estimated(sensing, state.estimate, trusted)
    images, earlier, fresh = _images(sensing, state, sync, trusted)
    heard = sources[Source.COMMAND] is Reason.OK
    wanted = _commanded(sensing, state, sync, heard, now_ns)
    restarted |= sync.rebased_ns != state.sync.rebased_ns
    before, state = state, TickState(sync, estimate, wanted, images, now_ns, earlier)
    now = propagated(estimate, now_ns)
    reasons = tuple(_reason(entry, sources, estimate, now_ns) for entry in sensing.spec)
    place = sensing.history_place
    if place is not None:
        state, reasons = _remembering(before, state, reasons, place)
    mask = np.array([reason is Reason.OK for reason in reasons], np.float32)
    observation = _observed(sensing, state, now)
    return Tick(state, observation, mask, reasons, now, sources, fresh, restarted, refused)
