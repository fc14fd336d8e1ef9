"""The tick: from samples to observation and mask.

One pure function, called by the inference and safety nodes, the training environment, the
evaluation and replay alike.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core import command, instruction, velocity_history
from ballbot_fusion.core.channel import MS
from ballbot_fusion.core.estimator import ZERO, Estimate, propagated
from ballbot_fusion.core.observed import observed
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.samples import CommandSample, ImuSample, JointSample, Sample, Source
from ballbot_fusion.core.sensing import NEEDED, Sensing
from ballbot_fusion.core.spec import Modality, Observation
from ballbot_fusion.core.synchronizer import Refused, Synchronizer, Trusted, judge_all, receive
from ballbot_fusion.core.tick_images import with_newest
from ballbot_fusion.core.tick_state import Frames, Images, TickState, initial_state
from ballbot_fusion.core.velocity_history import Moment

BRIDGED = frozenset({"vel", velocity_history.KEY})
VEL_BRIDGE_NS = 40 * MS
"""Velocity outlives the IMU this long: the estimator propagates the body's rotation."""


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


ADVANCING = frozenset({Source.IMU, Source.ENCODERS, Source.MOTORS})
"""Streams that advance the estimate."""


def turn_of(entry: Trusted) -> tuple[int, Source]:
    """Return when it is a sample's turn to advance the estimate: as they were taken."""
    return entry.taken_ns, entry.sample.source


def estimated(sensing: Sensing, estimate: Estimate, trusted: Sequence[Trusted]) -> Estimate:
    """Let the samples advance the estimate, each in its turn."""
    for sample, taken_ns, before, before_ns in sorted(trusted, key=turn_of):
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


class Begun(NamedTuple):
    """A tick whose time has not come: what samples made of the state before it, so far."""

    before: TickState
    """As the last tick returned it."""
    sync: Synchronizer
    estimate: Estimate
    images: Images
    earlier: tuple[Frames, Frames]
    """See ``TickState``."""
    fresh: frozenset[str] = frozenset()
    """Keys of the images that changed."""
    trusted: Sequence[Trusted] = ()
    """Those that were taken in last."""
    refused: Sequence[Refused] = ()

    @classmethod
    def after(cls, state: TickState) -> "Begun":
        """Begin the next tick, without any sample yet."""
        return cls(state, state.sync, state.estimate, state.images, state.earlier)


def taken_in(sensing: Sensing, begun: Begun, samples: Sequence[Sample]) -> Begun:
    """Take in ``samples``, in order of arrival within each source.

    Within one call, samples advance the estimate as they were taken, and of each camera only the
    newest frame is looked at; what comes in a later call comes after them.
    """
    sync, trusted, refused = receive(begun.sync, samples, sensing.judge)
    estimate = estimated(sensing, begun.estimate, trusted)
    seen = begun.before._replace(images=begun.images, earlier=begun.earlier)
    images, earlier, fresh = with_newest(sensing, seen, sync, trusted)
    fresh, refused = begun.fresh | fresh, [*begun.refused, *refused]
    return Begun(begun.before, sync, estimate, images, earlier, fresh, trusted, refused)


def finished(sensing: Sensing, begun: Begun, now_ns: int, *, restarted: bool = False) -> Tick:
    """Observe the robot at ``now_ns`` (steady), by all that was taken in.

    ``restarted`` says that ``begun.before`` has no past, because the clock went back.
    """
    state, estimate = begun.before, begun.estimate
    sync, sources = judge_all(begun.sync, tuple(Source), now_ns, sensing.judge.rules)
    told = sync.channels[Source.INSTRUCTION]
    sources[Source.INSTRUCTION] = instruction.health(
        told, sources[Source.INSTRUCTION], sensing.instruction_lasts_s, now_ns
    )
    heard = sources[Source.COMMAND] is Reason.OK
    wanted = _commanded(sensing, state, sync, heard, now_ns)
    restarted |= sync.rebased_ns != state.sync.rebased_ns
    before, state = state, TickState(sync, estimate, wanted, begun.images, now_ns, begun.earlier)
    now = propagated(estimate, now_ns)
    reasons = tuple(_reason(entry, sources, estimate, now_ns) for entry in sensing.spec)
    place = sensing.history_place
    if place is not None:
        state, reasons = _remembering(before, state, reasons, place)
    mask = np.array([reason is Reason.OK for reason in reasons], np.float32)
    observation = observed(sensing, state, now)
    return Tick(
        state, observation, mask, reasons, now, sources, begun.fresh, restarted, begun.refused
    )


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
    begun = taken_in(sensing, Begun.after(state), samples)
    return finished(sensing, begun, now_ns, restarted=restarted)
