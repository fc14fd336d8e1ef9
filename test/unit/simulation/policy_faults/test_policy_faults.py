"""Each fault of the policy on a policy that counts: what safety hears, when, and the proof."""

import pickle
from collections.abc import Sequence
from math import isnan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.core.streams import MS, PERIOD_NS, SENSING, imu, motors

from ballbot_fusion.core.policy_watch import PolicyCommand
from ballbot_fusion.core.reactions.policy import POLICY_REACTIONS, POLICY_WORDS
from ballbot_fusion.core.samples import Sample, Source
from ballbot_fusion.core.tick import Tick, tick
from ballbot_fusion.core.tick_state import initial_state
from ballbot_fusion.simulation.policy_faults import POLICY_FAULTS, PolicyFault, PolicyLine

TORQUE = 5.0
START, STOP = 20, 60
"""Periods in which faults act: [START, STOP)."""


class Counting:
    """Answers with how often it was asked, and remembers what it heard."""

    def __init__(self, since_ns: int = 0) -> None:
        self.since_ns, self.asked = since_ns, 0
        self.heard: list[list[Sample]] = []
        self._tick = tick(SENSING, initial_state(since_ns, 0), [], since_ns + PERIOD_NS)

    def act(self, samples: Sequence[Sample], _now_ns: int) -> tuple[Tick, tuple[float, ...]]:
        self.asked += 1
        self.heard.append(list(samples))
        return self._tick, (self.asked * 1e-3, -0.5, 0.25)


class Run:
    """Periods of a robot whose policy has one fault."""

    def __init__(self, kind: str, size: float | None = None, seed: int = 1) -> None:
        self.drivers = [Counting()]

        def respawn(now_ns: int) -> Counting:
            self.drivers.append(Counting(now_ns))
            return self.drivers[-1]

        # Half a period early: times are compared in seconds.
        fault = PolicyFault(kind, (START - 0.5) * 0.005, (STOP - 0.5) * 0.005, size)
        self.line = PolicyLine((fault,), self.drivers[0], respawn, TORQUE, seed)
        self.commands: list[PolicyCommand | None] = []
        for number in range(100):
            now_ns = number * PERIOD_NS
            stamps = range(now_ns - PERIOD_NS + MS, now_ns + 1, MS)
            heard = [*(imu(stamp, now_ns) for stamp in stamps), motors(now_ns, now_ns)]
            _, command = self.line.act(heard, now_ns, now_ns * 1e-9)
            self.commands.append(command)

    @property
    def during(self) -> list[PolicyCommand | None]:
        return self.commands[START:STOP]

    def efforts(self) -> list[tuple[float, ...]]:
        return [command.effort for command in self.during if command is not None]

    def at(self, number: int) -> PolicyCommand:
        command = self.commands[number]
        assert command is not None
        return command


@pytest.mark.parametrize("kind", POLICY_FAULTS)
def test_it_acts_in_its_time_alone_and_proves_it(kind: str) -> None:
    run = Run(kind)
    healthy = [(n + 1) * 1e-3 for n in range(START)]
    assert [run.at(n).effort[0] for n in range(START)] == healthy
    assert [run.at(n).arrival_ns for n in range(START)] == [n * PERIOD_NS for n in range(START)]
    for number in range(STOP, 100):
        command = run.at(number)
        assert command.arrival_ns == number * PERIOD_NS
        assert command.lag_ns == 0
        asked = run.at(STOP).effort[0] + (number - STOP) * 1e-3
        assert command.effort == pytest.approx((asked, -0.5, 0.25))
    assert 0 < run.line.effects[0] <= STOP - START
    assert run.line.last_ns is not None
    assert START * PERIOD_NS <= run.line.last_ns < STOP * PERIOD_NS


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(sorted(POLICY_FAULTS)), st.integers(0, 9))
def test_the_same_seed_gives_the_same(kind: str, seed: int) -> None:
    assert repr(Run(kind, seed=seed).commands) == repr(Run(kind, seed=seed).commands)
    fault = PolicyFault(kind, 1.0, 2.0, 3.0)
    assert pickle.loads(pickle.dumps(fault)) == fault


def test_nothing_fails_on_the_stand() -> None:
    for kind in POLICY_FAULTS:
        driver = Counting()
        line = PolicyLine((PolicyFault(kind),), driver, Counting, TORQUE, 1)
        _, command = line.act([], PERIOD_NS, None)
        assert command == PolicyCommand((1e-3, -0.5, 0.25), PERIOD_NS)
        assert line.effects == [0]


def test_killed_hears_nothing_and_another_begins_without_memory() -> None:
    run = Run("killed")
    assert run.during == [None] * (STOP - START)
    old, new = run.drivers
    assert old.asked == START
    assert new.since_ns == STOP * PERIOD_NS
    assert len(new.heard[0]) == 6, "what came in between is lost"
    assert run.line.effects == [STOP - START]


def test_hung_finds_its_queues_full_all_at_once() -> None:
    run = Run("hung")
    assert run.during == [None] * (STOP - START)
    (driver,) = run.drivers
    found = driver.heard[START]
    assert sum(s.source is Source.IMU for s in found) == 100 + 5
    assert sum(s.source is Source.MOTORS for s in found) == 1 + 1
    assert {sample.arrival_ns for sample in found} == {STOP * PERIOD_NS}
    stamps = [s.stamp_ns for s in found if s.source is Source.IMU]
    assert stamps == sorted(stamps)
    assert stamps[-1] == STOP * PERIOD_NS


def test_silent_goes_on_thinking() -> None:
    run = Run("silent")
    assert run.during == [None] * (STOP - START)
    assert run.drivers[0].asked == 100


def test_flapping_is_silent_first_and_by_turns() -> None:
    heard = [command is not None for command in Run("flapping", 50.0).during]
    assert heard == ([False] * 10 + [True] * 10) * 2


def test_slow_thinks_and_begins_nothing_else() -> None:
    run = Run("slow", 20.0)
    answers = [(n, c) for n, c in enumerate(run.commands) if START <= n < STOP and c is not None]
    assert [n for n, _ in answers] == list(range(START + 4, STOP, 4))
    assert {command.lag_ns for _, command in answers} == {20 * MS}
    assert [len(heard) for heard in run.drivers[0].heard[START + 1 : START + 3]] == [21, 21]


def test_late_answers_carry_their_age() -> None:
    run = Run("late", 30.0)
    assert run.during[:6] == [None] * 6
    assert [c.effort[0] for c in run.during[6:] if c] == [(n + 1) * 1e-3 for n in range(START, 54)]
    assert {c.lag_ns for c in run.during[6:] if c} == {30 * MS}
    assert run.at(STOP).effort[0] == (STOP + 1) * 1e-3, "on time again, at once"


@pytest.mark.parametrize(("share", "least", "most"), [(0.0, 1, 1), (0.3, 2, 39), (1.0, 40, 40)])
def test_nan_once_now_and_then_and_always(share: float, least: int, most: int) -> None:
    run = Run("nan", share)
    spoilt = [effort for effort in run.efforts() if any(map(isnan, effort))]
    assert least <= len(spoilt) <= most
    assert all(sum(map(isnan, effort)) == 1 for effort in spoilt)
    assert any(map(isnan, run.efforts()[0]))
    assert run.line.effects == [len(spoilt)]


def test_torques_at_the_limit_and_beyond_it() -> None:
    assert set(Run("saturated").efforts()) == {(TORQUE, -TORQUE, TORQUE)}
    assert {effort[0] for effort in Run("out_of_range", 3.0).efforts()} == {3.0 * TORQUE}
    alternating = [effort[0] for effort in Run("alternating").efforts()]
    assert alternating == [-TORQUE, TORQUE] * 20
    jumping = [effort[0] for effort in Run("jumping", 20.0).efforts()]
    assert [n for n, value in enumerate(jumping) if value == TORQUE] == list(range(0, 40, 4))
    assert [n for n, value in enumerate(jumping) if value == -TORQUE] == list(range(1, 40, 4))
    assert set(Run("unfamiliar").efforts()) == {()}


def test_what_is_withheld_stays_withheld() -> None:
    """A policy that does not know the state it is in says so, whatever its output would be."""

    class Withholding(Counting):
        def act(self, samples: Sequence[Sample], now_ns: int) -> tuple[Tick, tuple[float, ...]]:
            return super().act(samples, now_ns)[0], ()

    line = PolicyLine((PolicyFault("saturated"),), Withholding(), Withholding, TORQUE, 1)
    assert line.act([], PERIOD_NS, 0.0)[1] == PolicyCommand((), PERIOD_NS)
    assert line.effects == [0]


def test_faults_act_one_after_the_other() -> None:
    plan = (PolicyFault("out_of_range", size=2.0), PolicyFault("late", size=10.0))
    line = PolicyLine(plan, Counting(), Counting, TORQUE, 1)
    commands = [line.act([], n * PERIOD_NS, n * 0.005)[1] for n in range(5)]
    assert commands[:2] == [None, None]
    assert all(c is not None and (c.effort[0], c.lag_ns) == (10.0, 10 * MS) for c in commands[2:])
    assert line.effects == [5, 5]


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: PolicyFault("nan", 2.0, 1.0), "must start at a finite time"),
        (lambda: PolicyFault("nan", size=-1.0), "must be 0 or more"),
        (lambda: Run("lost"), "Unknown policy fault 'lost'; choose one of killed"),
        (lambda: Run("flapping", 0.0), "must be more than 0 ms"),
        (lambda: Run("out_of_range", 1.0), "must be more than 1"),
        (
            lambda: PolicyLine((PolicyFault("killed"),), Counting(), Counting, TORQUE, 1).act(
                [], 0, 0.0
            ),
            "silent from the first period",
        ),
    ],
)
def test_what_cannot_be_is_refused(make, why: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises((ValueError, RuntimeError), match=why):
        make()


def test_every_kind_has_words_and_a_row() -> None:
    assert set(POLICY_WORDS) == set(POLICY_FAULTS) == {row.kind for row in POLICY_REACTIONS}
    assert all(row.described and row.shown and row.recovers for row in POLICY_REACTIONS)
