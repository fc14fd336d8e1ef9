"""How long an instruction holds, in ticks."""

from collections.abc import Sequence
from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from ballbot_fusion.core.checks import check
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import InstructionSample, Source
from ballbot_fusion.core.sensing import Sensing
from ballbot_fusion.core.spec import INSTRUCTION, SPOKEN_KEYS, ObservationSpec
from ballbot_fusion.core.tick import Tick, tick
from ballbot_fusion.core.tick_state import TickState, initial_state

SPEC = ObservationSpec.of(SPOKEN_KEYS)
COLUMN = SPEC.keys.index(INSTRUCTION)
S = 1_000_000_000
NOTHING = np.zeros(0, np.float32)


def unit(entry: int) -> NDArray[np.float32]:
    return np.eye(256, dtype=np.float32)[entry]


def said(embedding: NDArray[np.float32], at_ns: int) -> InstructionSample:
    return InstructionSample(Source.INSTRUCTION, at_ns, at_ns, embedding)


def run(steps: Sequence[tuple[float, NDArray | None]], lasts_s: float = inf) -> list[Tick]:
    """Tick at each time [s], with what is said then."""
    sensing = Sensing(SPEC, RobotConfig(), instruction_lasts_s=lasts_s)
    state: TickState = initial_state(0, 0)
    found = []
    for seconds, embedding in steps:
        now_ns = round(seconds * S)
        samples = [] if embedding is None else [said(embedding, now_ns)]
        found.append(tick(sensing, state, samples, now_ns))
        state = found[-1].state
    return found


def heard(result: Tick) -> int | None:
    """Which of ``unit`` it is told to do; None: nothing, and then the observation is zero."""
    values = result.observation[INSTRUCTION]
    assert result.mask[COLUMN] == (result.reasons[COLUMN] is Reason.OK)
    return int(values.argmax()) if result.mask[COLUMN] else None


def test_it_holds_until_the_next_one() -> None:
    steps = [(0.0, None), (1.0, unit(3)), (900.0, None), (901.0, unit(5)), (5000.0, None)]
    results = run(steps)
    assert [heard(result) for result in results] == [None, 3, 3, 5, 5]
    assert results[0].reasons[COLUMN] is Reason.NEVER_RECEIVED


def test_it_can_be_taken_back() -> None:
    results = run([(1.0, unit(3)), (2.0, NOTHING), (3.0, None), (4.0, unit(4))])
    assert [heard(result) for result in results] == [3, None, None, 4]
    assert results[1].reasons[COLUMN] is Reason.SILENT
    assert not results[1].observation[INSTRUCTION].any()


def test_it_ends_when_its_time_is_over() -> None:
    results = run([(1.0, unit(3)), (2.9, None), (3.0, None), (4.0, unit(3))], lasts_s=2.0)
    assert [heard(result) for result in results] == [3, 3, None, 3]


@pytest.mark.parametrize(
    ("embedding", "reason"),
    [
        (np.zeros(255, np.float32), Reason.WRONG_SHAPE),
        (np.full(256, np.nan, np.float32), Reason.NON_FINITE),
        (np.ones(256, np.float32), Reason.NOT_UNIT),
        (np.zeros(256, np.float32), Reason.NOT_UNIT),
    ],
)
def test_nonsense_is_not_heard_and_changes_nothing(embedding: NDArray, reason: Reason) -> None:
    assert check(said(embedding, 0), RobotConfig()) is reason
    assert [heard(r) for r in run([(1.0, unit(3)), (2.0, embedding)])] == [3, 3]
    assert run([(1.0, embedding)])[0].reasons[COLUMN] is reason


@given(hnp.arrays(np.float32, hnp.array_shapes(max_dims=3, max_side=9, min_side=0)))
def test_no_array_upsets_the_check(embedding: NDArray[np.float32]) -> None:
    assert isinstance(check(said(embedding, 0), RobotConfig()), Reason)
