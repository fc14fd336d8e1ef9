"""What operators ask, through the state machine: every row of core/reactions/people.py."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.core.bench import Bench
from unit.core.streams import START_NS

from ballbot_fusion.core.estimator import ZERO
from ballbot_fusion.core.estop import EStop, EStopSettings
from ballbot_fusion.core.gamepad import Gamepad, GamepadSettings
from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.operator import Operator, OperatorState
from ballbot_fusion.core.reactions.people import PEOPLE, STOP_WITHIN_S
from ballbot_fusion.core.safety import SafetyState

LIMIT_S = 0.2
DEMANDING = Operator(
    EStop(EStopSettings(required=True, heartbeat_s=LIMIT_S)),
    Gamepad(GamepadSettings(used=True, silence_s=LIMIT_S, deadman=True, arming=True)),
)
STOP, DEADMAN, ARM, COUNT = 1, 4, 7, 8


def buttons(*pressed: int) -> tuple[int, ...]:
    return tuple(int(number in pressed) for number in range(COUNT))


HELD = buttons(DEADMAN)


@dataclass
class Desk:
    """Operators, and a robot that stands well; ``step`` is 5 ms of a life in which all is well."""

    operator: Operator = DEMANDING
    state: OperatorState = field(default_factory=OperatorState)
    bench: Bench = field(default_factory=Bench)
    publishers: int = 1
    """On the motors' topic: with two nobody arms."""

    def step(
        self,
        said: tuple[bool, ...] = (False,),
        heard: tuple[tuple[int, ...], ...] = (HELD,),
    ) -> None:
        now_ns = self.bench.now_ns + 5_000_000
        self.state, asked = self.operator.step(self.state, self.bench.state, said, heard, now_ns)
        output = self.bench.step(
            arm=asked.arm, disarm=asked.disarm, e_stop=bool(asked.stop), stop_reason=asked.stop,
            missing=asked.missing, publishers=self.publishers,
        )  # fmt: skip
        self.state = self.operator.after(self.state, self.bench.mode)
        if asked.stop or asked.missing:
            assert output.effort == ZERO, "in the very step in which it is heard"

    def run(self, seconds: float, **changes: tuple) -> None:
        for _ in range(round(seconds * 200)):
            self.step(**changes)

    def arm(self) -> tuple[bool, str]:
        self.state, success, message = self.operator.asked_to_arm(self.state, self.bench.state)
        return success, message

    def stop(self) -> None:
        self.state, _, _ = self.operator.asked_to_stop(self.state)


def armed() -> Desk:
    desk = Desk()
    desk.run(1.0)
    assert desk.arm()[0]
    desk.run(0.5)
    assert desk.bench.mode is Mode.ARMED
    return desk


def _steps(**changes: tuple) -> Callable[[Desk], Iterator[None]]:
    def go_on(desk: Desk) -> Iterator[None]:
        while True:
            desk.step(**changes)
            yield

    return go_on


def _hit(desk: Desk) -> Iterator[None]:
    desk.step(said=(True, False))
    yield from _steps()(desk)


def _service(desk: Desk) -> Iterator[None]:
    desk.stop()
    yield from _steps()(desk)


DONE: dict[str, tuple[float, Callable[[Desk], Iterator[None]]]] = {
    PEOPLE[0].name: (0.0, _steps(said=(True,))),
    PEOPLE[1].name: (0.0, _hit),
    PEOPLE[2].name: (LIMIT_S, _steps(said=())),
    PEOPLE[3].name: (0.0, _service),
    PEOPLE[4].name: (0.0, _steps(heard=(buttons(DEADMAN, STOP),))),
    PEOPLE[5].name: (LIMIT_S, _steps(heard=())),
    PEOPLE[6].name: (0.0, _steps(heard=(buttons(),))),
    PEOPLE[7].name: (0.0, _steps(heard=((0, 0, 0),))),
}
"""After what silence it counts, and the steps in which it happens."""


@pytest.mark.parametrize("row", PEOPLE, ids=lambda row: row.name)
def test_the_table_comes_true(row):
    silence_s, happens = DONE[row.name]
    desk = armed()
    going_on = happens(desk)
    for _ in range(round((silence_s + STOP_WITHIN_S) * 200)):
        next(going_on)
    assert desk.bench.mode is Mode.FAULT
    assert row.said in desk.bench.state.reason
    assert desk.arm()[0] is not row.refuses
    for _ in range(100):
        next(going_on)
    assert (desk.bench.mode is Mode.ARMED) is not row.refuses


@pytest.mark.parametrize("row", [row for row in PEOPLE if row.refuses], ids=lambda row: row.name)
def test_what_ends_it_arms_nothing_until_somebody_asks(row):
    _, happens = DONE[row.name]
    desk = Desk()
    going_on = happens(desk)
    for _ in range(200):
        next(going_on)
    desk.arm()
    desk.run(1.0)
    assert desk.bench.mode is not Mode.ARMED
    assert desk.arm()[0]
    desk.run(1.0)
    assert desk.bench.mode is Mode.ARMED


def test_the_gamepad_arms_and_arms_again_after_a_stop():
    desk = Desk()
    desk.run(1.0)
    for stop in (False, True):
        if stop:
            desk.run(0.1, said=(True,))
            desk.run(0.5)
            assert desk.bench.mode is Mode.FAULT
        desk.step(heard=(buttons(DEADMAN, ARM),))
        desk.run(1.0)
        assert desk.bench.mode is Mode.ARMED


pads = st.one_of(
    st.just(HELD), st.just(HELD), st.lists(st.integers(0, 1), max_size=COUNT).map(tuple)
)
events = st.fixed_dictionaries(
    {
        "said": st.lists(st.booleans(), max_size=2).map(tuple),
        "heard": st.lists(pads, max_size=2).map(tuple),
    }
)


@settings(max_examples=40)
@given(st.lists(st.tuples(events, st.sampled_from(["", "", "arm", "stop"])), max_size=30))
def test_an_armed_robot_has_everything_that_is_demanded(sequence):
    desk = armed()
    for changes, service in sequence:
        if service == "arm":
            desk.arm()
        elif service == "stop":
            desk.stop()
        desk.step(**changes)
        if desk.bench.mode is Mode.ARMED:
            assert not desk.state.stop
            assert not desk.state.missing
            assert not desk.state.stopped


def test_nothing_is_demanded_unless_the_owner_says_so():
    plain = Operator()
    state, asked = plain.step(OperatorState(), SafetyState(), (), (), START_NS)
    assert (asked.arm, asked.disarm, asked.stop, asked.missing) == (False, False, "", "")
    assert plain.asked_to_arm(state, SafetyState()) == (state, False, "DISARMED: not armed yet")


def test_a_request_that_was_refused_starts_nothing_later():
    """Whoever lifts the robot after a "not ready" does not expect its motors to start."""
    desk = Desk()
    assert not desk.arm()[0], "nothing was heard of it yet"
    desk.run(1.0)
    assert desk.bench.mode is Mode.DISARMED
    assert desk.arm()[0]
    desk.run(0.5)
    assert desk.bench.mode is Mode.ARMED


def test_a_request_from_a_fault_waits_for_a_robot_that_is_ready_at_once_and_no_longer():
    for unready_s, arms in ((0.5, True), (1.5, False)):
        desk = armed()
        desk.step(said=(True,))
        desk.run(0.1)
        assert desk.arm()[0]
        for _ in range(round(unready_s * 200)):
            desk.publishers = 2
            desk.step()
        desk.publishers = 1
        desk.run(1.0)
        assert (desk.bench.mode is Mode.ARMED) is arms, unready_s


def test_a_stop_is_done_before_anybody_can_arm():
    desk = armed()
    desk.stop()
    success, message = desk.arm()
    assert (success, "emergency stop by service" in message) == (False, True)
    desk.step()
    assert desk.bench.mode is Mode.FAULT
    assert desk.arm()[0]
    desk.run(0.5)
    assert desk.bench.mode is Mode.ARMED


def test_a_refused_request_does_not_let_it_arm_by_itself_later():
    desk = armed()
    desk.state, _, _ = desk.operator.asked_to_disarm(desk.state)
    desk.publishers = 2
    desk.run(0.1)
    assert not desk.arm()[0]
    _, asked = desk.operator.step(
        desk.state, desk.bench.state, (False,), (HELD,), desk.bench.now_ns
    )
    assert asked.disarmed


def test_who_disarms_it_is_known_until_somebody_arms():
    desk = armed()
    desk.state, _, _ = desk.operator.asked_to_disarm(desk.state)
    for asked in (True, False):
        desk.state, found = desk.operator.step(
            desk.state, desk.bench.state, (False,), (HELD,), desk.bench.now_ns
        )
        assert found.disarmed is asked
        desk.arm()
