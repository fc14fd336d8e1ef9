"""What core says to faults in the closed loop; core/reactions has all of them."""

from collections.abc import Iterable

import numpy as np
import pytest

from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.samples import Source
from ballbot_fusion.core.sensing import CAN_FAIL, NEEDED
from ballbot_fusion.core.tick import Tick
from ballbot_fusion.evaluation.scenario import LQR, Scenario, build
from ballbot_fusion.simulation.faults import Fault

IMU, ENCODERS, MOTORS = Source.IMU, Source.ENCODERS, Source.MOTORS
CAMERA = Source.CAMERA_1
KEY = "trajectory_sha256"
ON_ITS_WAY = {Reason.SILENT, Reason.STALE_STAMP, Reason.RECOVERING}
START_S = 0.1
# kind, stream, size, how long it lasts [s], why it is masked, when at the latest [s], all reasons
REACTIONS = [
    ("missing", IMU, None, 0.045, Reason.SILENT, 0.035, {Reason.SILENT, Reason.RECOVERING}),
    ("missing", ENCODERS, None, 0.2, Reason.SILENT, 0.045, {Reason.SILENT, Reason.RECOVERING}),
    ("missing", CAMERA, None, 0.3, Reason.SILENT, 0.105, {Reason.SILENT, Reason.RECOVERING}),
    ("frozen", IMU, None, 0.045, Reason.FROZEN, 0.035, {Reason.FROZEN, Reason.RECOVERING}),
    ("frozen", CAMERA, None, 0.4, Reason.FROZEN, 0.25, {Reason.FROZEN, Reason.RECOVERING}),
    ("late", IMU, 35.0, 0.045, Reason.STALE_STAMP, 0.045, ON_ITS_WAY),
    ("late", ENCODERS, 50.0, 0.2, Reason.STALE_STAMP, 0.06, ON_ITS_WAY),
    ("late", CAMERA, 120.0, 0.4, Reason.STALE_STAMP, 0.17, ON_ITS_WAY),
    ("jitter", CAMERA, 300.0, 0.4, Reason.STALE_STAMP, 0.4, ON_ITS_WAY),
    ("black", CAMERA, None, 0.3, Reason.ALL_INVALID, 0.105,
     {Reason.ALL_INVALID, Reason.RECOVERING}),
]  # fmt: skip
TRUSTED = [
    ("missing", MOTORS, None),
    ("frozen", MOTORS, None),
    ("late", MOTORS, 50.0),
    ("jitter", MOTORS, 50.0),
    ("frozen", ENCODERS, None),
    ("noisy", IMU, 3.0),
    ("noisy", ENCODERS, 3.0),
    ("noisy", CAMERA, 5.0),
    ("late", IMU, 10.0),
    ("late", ENCODERS, 20.0),
    ("late", CAMERA, 40.0),
]
"""Faults that core does not notice, or need not."""


Heard = list[tuple[float, dict[Source, Reason]]]


def reasons_under(faults: Iterable[Fault], seconds: float) -> Heard:
    """(seconds after release, reason by stream) of every tick while the LQR drives."""
    plan, found = tuple(faults), []
    watched = any(fault.source is CAMERA for fault in plan)
    scenario = Scenario(LQR, seed=3, velocity=(0.2, 0.0, 0.0), faults=plan, cameras=watched)
    loop = build(scenario).loop

    def each(tick: Tick) -> None:
        if loop.log.released_ns is not None:
            found.append(((tick.state.now_ns - loop.log.released_ns) * 1e-9, tick.sources))

    loop.run(seconds, each)
    assert not loop.log.fell
    return found


@pytest.mark.parametrize(
    ("kind", "source", "size", "lasts_s", "why", "within_s", "all_reasons"), REACTIONS
)
def test_a_fault_is_noticed_named_and_got_over(
    kind: str,
    source: Source,
    size: float | None,
    lasts_s: float,
    why: Reason,
    within_s: float,
    all_reasons: set[Reason],
) -> None:
    fault = Fault(kind, source, START_S, START_S + lasts_s, size)
    late_s = 0.0 if size is None else size * 1e-3
    found = reasons_under([fault], fault.stop_s + late_s + 0.12)
    said = [(seconds, sources[source]) for seconds, sources in found]
    named = [seconds for seconds, reason in said if reason is why]
    assert named, f"never {why.name}: { {reason.name for _, reason in said} }"
    assert START_S < named[0] <= START_S + within_s
    assert {reason for _, reason in said} - {Reason.OK} <= all_reasons
    assert said[-1][1] is Reason.OK
    others = {sources[other] for _, sources in found for other in {IMU, ENCODERS} - {source}}
    assert others == {Reason.OK}


@pytest.mark.parametrize(("kind", "source", "size"), TRUSTED)
def test_what_core_does_not_mask(kind: str, source: Source, size: float | None) -> None:
    found = reasons_under([Fault(kind, source, START_S, 0.4, size)], 0.45)
    assert {sources[source] for _, sources in found} == {Reason.OK}


def test_every_stream_that_may_fail_belongs_to_a_modality() -> None:
    assert {source for key in CAN_FAIL for source in NEEDED[key]} == {
        Source.IMU, Source.ENCODERS, Source.MOTORS, Source.CAMERA_0, Source.CAMERA_1,
    }  # fmt: skip


def test_a_plan_changes_nothing_before_its_time_and_something_in_it() -> None:
    def bits(start_s: float) -> str:
        fault = Fault("missing", ENCODERS, start_s)
        return str(build(Scenario(LQR, seed=3, cameras=False, faults=(fault,))).run(0.4)[KEY])

    healthy = str(build(Scenario(LQR, seed=3, cameras=False)).run(0.4)[KEY])
    assert bits(9.0) == healthy != bits(0.1)


def test_the_echo_of_the_motors_goes_through_the_faults() -> None:
    """A late echo shows in what the policy observes as its last action."""

    def last_actions(*faults: Fault) -> np.ndarray:
        loop, found = build(Scenario(LQR, seed=3, cameras=False, faults=faults)).loop, []
        loop.run(0.2, lambda tick: found.append(tick.observation["actions"]))
        return np.array(found)

    healthy, late = last_actions(), last_actions(Fault("late", MOTORS, 0.0, size=20.0))
    delay = 4  # control periods
    # What is level is learned from the echo, so that not all bits are the same.
    np.testing.assert_allclose(late[-20:], healthy[-20 - delay : -delay], atol=0.005)
    assert np.abs(late[-20:] - healthy[-20:]).max() > 0.02
