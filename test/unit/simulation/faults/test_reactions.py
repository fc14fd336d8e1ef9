"""Every row of core/reactions, on streams of a healthy robot that are spoilt as it says.

New kinds and rows are covered for free.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pytest
from unit.core.streams import PERIOD_NS, SENSING, SOURCES_AND_MOTORS, Rig, moving, start, warm

from ballbot_fusion.core.reactions import REACTIONS, TOGETHER, Reaction, Together
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.samples import Source
from ballbot_fusion.core.tick import Tick, tick
from ballbot_fusion.core.tick_state import TickState
from ballbot_fusion.simulation.faults import FAULTS, Fault, FaultLine, streams_of
from ballbot_fusion.simulation.settings import SimulationSettings

LONGEST_S = 0.25
"""Faults that last longer end here, or so long after they should have been noticed."""
BEFORE_S = 0.05
"""What the faults remember of before them."""
AFTERWARDS_S = 0.15
ASKED = (Source.COMMAND, Source.INSTRUCTION)
"""What people ask for, and here nobody does."""
RIG = Rig(edit=moving, sources=SOURCES_AND_MOTORS)
_ALIKE = {
    (row.kind, row.source, row.size, min(row.lasts_s, LONGEST_S)): row
    for source, rows in REACTIONS.items()
    for row in rows
    if source is not Source.CAMERA_1
}
ROWS = list(_ALIKE.values())


def test_both_cameras_are_treated_alike() -> None:
    first, second = (REACTIONS[source] for source in (Source.CAMERA_0, Source.CAMERA_1))
    assert first == tuple(replace(row, source=Source.CAMERA_0) for row in second)


def test_every_fault_of_every_stream_has_a_row_and_a_name_of_its_own() -> None:
    every = {(row.kind, row.source) for rows in REACTIONS.values() for row in rows}
    assert every == {(kind, source) for kind in FAULTS for source in streams_of(kind)}
    names = [row.name for rows in REACTIONS.values() for row in rows]
    assert len(set(names)) == len(names)


@dataclass
class Seen:
    """What a tick says while a fault acts, and when, s after it began."""

    seconds: float
    tick: Tick


@cache
def warmed() -> TickState:
    return warm(RIG)


def lasting_s(parts: Sequence[Reaction]) -> float:
    return min(parts[0].lasts_s, max(LONGEST_S, *(row.within_s + 0.1 for row in parts)))


def run(*parts: Reaction) -> tuple[list[Seen], FaultLine]:
    """The ticks and the line."""
    lasts_s = [lasting_s([row, *parts]) for row in parts]
    plan = tuple(
        Fault(row.kind, row.source, 0.0, stop_s, row.size)
        for row, stop_s in zip(parts, lasts_s, strict=True)
    )
    way_s = max((row.size or 0.0) * 1e-3 * (row.kind in ("late", "jitter")) for row in parts)
    line, seen = FaultLine(plan, SimulationSettings(), 1), []
    state = start() if any(row.kind == "never" for row in parts) else warmed()
    begin_ns = warmed().now_ns
    for now_ns in range(begin_ns - round(BEFORE_S * 1e9), begin_ns, PERIOD_NS):
        line.passed(RIG.between(now_ns, now_ns + PERIOD_NS), now_ns, None)
    while (state.now_ns - begin_ns) * 1e-9 < max(lasts_s) + way_s + AFTERWARDS_S:
        now_ns = state.now_ns + PERIOD_NS
        seconds = (now_ns - PERIOD_NS - begin_ns) * 1e-9
        sent = RIG.between(state.now_ns, now_ns)
        arrived = line.passed(sent, now_ns, seconds if seconds >= 0.0 else None)
        result = tick(SENSING, state, [replace(s, arrival_ns=now_ns) for s in arrived], now_ns)
        state = result.state
        if seconds >= 0.0:
            seen.append(Seen(seconds, result))
    return seen, line


def check(parts: Sequence[Reaction]) -> list[Seen]:
    """Run them and hold what is seen to what the rows promise."""
    seen, line = run(*parts)
    assert all(effect > 0 for effect in line.effects)
    masked = {row.source: row for row in parts if row.masks}
    for entry in seen:
        _check_observation(entry.tick)
        for source, reason in entry.tick.sources.items():
            assert source in (*masked, *ASKED) or reason is Reason.OK, source
    for source, row in masked.items():
        _check_masked(row, [(entry.seconds, entry.tick.sources[source]) for entry in seen])
    return seen


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_tick_survives_and_says_what_the_table_says(row: Reaction) -> None:
    seen = check([row])
    if not row.masks:
        defects = {entry.tick.state.sync.channels[row.source].defect for entry in seen}
        defects -= {Reason.NEVER_RECEIVED}
        assert bool(defects) == bool(row.reasons)
        assert defects <= set(row.reasons)


@pytest.mark.parametrize("several", TOGETHER, ids=lambda several: several.name)
def test_several_at_once(several: Together) -> None:
    check(several.parts)


def _check_observation(result: Tick) -> None:
    for entry in SENSING.spec:
        values = result.observation[entry.key]
        assert np.isfinite(values).all()
        assert values.min() >= np.float32(entry.low)
        assert values.max() <= np.float32(entry.high)


def _check_masked(row: Reaction, said: list[tuple[float, Reason]]) -> None:
    masked = [(seconds, reason) for seconds, reason in said if reason is not Reason.OK]
    assert masked, "it was never masked"
    assert masked[0][0] <= row.within_s
    assert said[-1][1] is Reason.OK, "it never recovered"
    assert {reason for _, reason in masked} - {Reason.RECOVERING} <= set(row.reasons)
