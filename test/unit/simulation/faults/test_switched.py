"""Faults switched while streams run: what a plan would do from then on, and when each begins."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.simulation.faults.rig import MS, PERIOD_NS, SETTINGS, of, said, sent

from ballbot_fusion.core.samples import Sample, Source
from ballbot_fusion.simulation.faults import FAULTS, Fault, FaultLine, streams_of
from ballbot_fusion.simulation.faults.fault import SENSORS
from ballbot_fusion.simulation.faults.gate import Gate
from ballbot_fusion.simulation.faults.order import orders_of
from ballbot_fusion.simulation.faults.switched import LINGER_NS, Switchboard

POSSIBLE = [(kind, source) for kind in FAULTS for source in streams_of(kind) if source in SENSORS]
S = 1_000_000_000
Change = tuple[int, str]


def driven(
    changes: Sequence[Change], periods: int = 60, at: Callable[[int], int] = lambda now_ns: now_ns
) -> tuple[list[list[Sample]], Gate, Switchboard]:
    """Periods of a healthy robot; before period N the faults are set to a text."""
    gate, board = Gate(SETTINGS, seed=1), Switchboard()
    arrived = []
    for number in range(1, periods + 1):
        now_ns = number * PERIOD_NS
        for when, text in changes:
            if when == number:
                board.switch(orders_of(text), at(now_ns))
        samples = sent(now_ns)
        if board.idle:
            gate.remember(samples)
        arrived.append(gate.passed(samples, now_ns, board.directives(now_ns)))
    return arrived, gate, board


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(POSSIBLE), st.integers(2, 20), st.integers(1, 20))
def test_a_switched_fault_is_a_planned_one(
    pair: tuple[str, Source], first: int, length: int
) -> None:
    kind, source = pair
    if kind == "never":  # it begins when it is switched on, not with the stand
        first = 1
    # What a burst repeats is only what came since.
    first = 1 if kind == "burst" else first
    text = f"{source.name.lower()} {kind} for {length * 0.005:g}"
    switched, gate, board = driven([(first, text)])
    planned = Fault(kind, source, first * 0.005 - 1e-6, (first + length) * 0.005 - 1e-6)
    line = FaultLine((planned,), SETTINGS, 1, first=int(source))
    expected = []
    for number in range(1, 61):
        now_ns = number * PERIOD_NS
        expected.append(line.passed(sent(now_ns), now_ns, now_ns * 1e-9))
    for source in SENSORS:
        assert said(of(switched, source)) == said(of(expected, source))
    assert gate.effects == {1: line.effects[0]}
    assert [entry.state(60 * PERIOD_NS) for entry in board.known] == ["over"]


@pytest.mark.parametrize("kind_source", POSSIBLE, ids=str)
def test_every_fault_proves_that_it_took_effect(kind_source: tuple[str, Source]) -> None:
    kind, source = kind_source
    if kind == "rollover":  # the counts of the rig stand still
        return
    _, gate, _ = driven([(5, f"{source.name.lower()} {kind}")])
    assert gate.effects[1] > 0


def test_the_beginning_is_relative_to_the_time_that_is_given() -> None:
    board = Switchboard()
    board.switch(orders_of("imu missing after 2 for 3"), 10 * S)
    states = {at_s: board.in_force(at_s * S) for at_s in (10, 15)}
    assert len(states[10]) == 1
    assert states[15] == ()
    (entry,) = board.known
    assert [entry.acts(ns) for ns in (12 * S - 1, 12 * S, 15 * S - 1, 15 * S)] == [
        False, True, True, False,
    ]  # fmt: skip
    assert [entry.state(s * S) for s in (11, 13, 15)] == ["to come", "acting", "over"]


def test_what_is_in_force_goes_on_and_the_same_again_begins_anew_when_it_is_over() -> None:
    board = Switchboard()
    camera, imu = "camera_0 frozen for 3", "imu nan size 0.1"
    board.switch(orders_of(camera), 0)
    board.switch(orders_of([camera, imu]), 1 * S)
    assert [(entry.number, entry.begin_ns) for entry in board.known] == [(1, 0), (2, 1 * S)]
    board.switch(orders_of([camera, camera, imu]), 2 * S)
    assert [entry.number for entry in board.in_force(2 * S)] == [1, 2, 3]
    assert [entry.number for entry in board.in_force(4 * S)] == [2, 3]
    board.switch(orders_of([camera, imu]), 6 * S)
    assert [entry.number for entry in board.in_force(6 * S)] == [2, 4]
    board.switch((), 7 * S)
    assert board.in_force(7 * S) == ()
    assert [entry.state(7 * S) for entry in board.known] == ["over", "cleared", "over", "cleared"]
    assert not board.idle
    assert len(board.directives(7 * S)) == 4
    assert len(board.directives(8 * S)) == 3, "the first is over for long enough"
    assert board.directives(7 * S + LINGER_NS) == ()
    assert board.idle


def test_what_was_held_back_comes_in_its_time_when_the_fault_is_cleared() -> None:
    arrived, _, _ = driven([(10, "imu late size 60"), (20, "")])
    healthy = [sent(number * PERIOD_NS) for number in range(1, 61)]
    assert said(of(arrived, Source.IMU)) == said(of(healthy, Source.IMU))
    ages = [(n * PERIOD_NS - s.stamp_ns) / MS for n, p in enumerate(arrived, 1)
            for s in of([p], Source.IMU)]  # fmt: skip
    assert max(ages) >= 60


def test_what_is_held_for_longer_than_a_fault_lingers_is_let_go_at_the_end() -> None:
    gate, board = Gate(SETTINGS, seed=1), Switchboard()
    board.switch(orders_of("camera_0 late size 600000 for 0.01"), PERIOD_NS)
    assert not of([gate.passed(sent(PERIOD_NS), PERIOD_NS, board.directives(PERIOD_NS))],
                  Source.CAMERA_0)  # fmt: skip
    end_ns = 4 * PERIOD_NS + LINGER_NS
    found = gate.passed([], end_ns, board.directives(end_ns))
    assert said(found) == said(of([sent(PERIOD_NS)], Source.CAMERA_0))
    assert not gate.busy
    assert gate.effects[1] > 0, "the count stays"


def test_seeds_are_told_apart_and_the_same_gives_the_same() -> None:
    def nans(seed: int) -> list[tuple[int, int]]:
        return said(of(driven([(2, f"imu nan size 0.3 seed {seed}")])[0], Source.IMU))

    assert nans(4) == nans(4) != nans(5)
    unnamed = said(of(driven([(2, "imu nan size 0.3")])[0], Source.IMU))
    assert unnamed == nans(1), "else it is the simulation's"


def test_without_faults_samples_pass_as_they_are() -> None:
    gate = Gate(SETTINGS, seed=1)
    samples = sent(PERIOD_NS)
    assert gate.passed(samples, PERIOD_NS) is samples
    assert not gate.busy


def test_a_burst_comes_no_more_often_where_steps_are_short() -> None:
    line = FaultLine((Fault("burst", Source.IMU, size=3.0),), SETTINGS, 1)
    counts = []
    for number in range(1, 21):
        now_ns = number * MS
        sample = replace(of([sent(5 * MS)], Source.IMU)[0], stamp_ns=now_ns)
        counts.append(len(line.passed([sample], now_ns, 0.0)) - 1)
    assert sum(count > 0 for count in counts) == 4
    assert max(counts) == 3
