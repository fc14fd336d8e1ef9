"""Faults of the policy that are switched while it runs: as a plan has them, and reported."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.core.streams import PERIOD_NS
from unit.simulation.policy_faults.test_policy_faults import TORQUE, Counting

from ballbot_fusion.core.policy_watch import PolicyCommand
from ballbot_fusion.simulation.faults import ALWAYS
from ballbot_fusion.simulation.policy_faults import POLICY_FAULTS, PolicyFault, PolicyLine
from ballbot_fusion.simulation.policy_faults.fault import Answer, Ask
from ballbot_fusion.simulation.policy_faults.gate import PolicyGate
from ballbot_fusion.simulation.policy_faults.order import PolicyOrder, policy_orders_of

SEED = 7


class Switched:
    """A policy behind a gate."""

    def __init__(self) -> None:
        self.driver = Counting()
        self.gate = PolicyGate(TORQUE, self._respawn, SEED)

    def _respawn(self, now_ns: int) -> None:
        self.driver = Counting(now_ns)

    def __call__(self, number: int) -> PolicyCommand | None:
        return self.at(number * PERIOD_NS)

    def at(self, now_ns: int) -> PolicyCommand | None:
        ask: Ask = lambda heard, at_ns: Answer(  # noqa: E731
            PolicyCommand(self.driver.act(heard, at_ns)[1], at_ns)
        )
        return self.gate.passed(ask, [], now_ns).command


@pytest.mark.parametrize("kind", POLICY_FAULTS)
def test_what_is_switched_on_does_what_is_planned(kind: str) -> None:
    switched, planned = Switched(), Counting()
    fault = PolicyFault(kind, 0.1, 0.3)
    line = PolicyLine((fault,), planned, Counting, TORQUE, SEED)
    switched.gate.switch(f"policy {kind} after 0.1 for 0.2", 0)
    for number in range(100):
        now_ns = number * PERIOD_NS
        assert repr(switched(number)) == repr(line.act([], now_ns, now_ns * 1e-9)[1])
    values = switched.gate.values(100 * PERIOD_NS)
    assert values["fault_1"] == f"policy {kind} after 0.1 for 0.2"
    assert values["fault_1.state"] == "over"
    assert values["fault_1.spoilt"] == line.effects[0] > 0
    assert values["fault_1.first_ns"] == 20 * PERIOD_NS


def test_what_is_over_leaves_and_may_be_asked_for_again() -> None:
    switched = Switched()
    switched.gate.switch("policy silent for 0.01; policy unfamiliar", 0)
    heard = [switched(number) for number in range(4)]
    assert heard[:2] == [None, None]
    assert all(command is not None and command.effort == () for command in heard[2:])
    assert switched.gate.left(4 * PERIOD_NS) == "policy unfamiliar"
    assert switched.gate.left(4 * PERIOD_NS) is None
    switched.gate.switch("policy unfamiliar; policy silent for 0.01", 4 * PERIOD_NS)
    assert switched(4) is None
    switched.gate.switch("", 5 * PERIOD_NS)
    command = switched(5)
    assert command is not None
    assert len(command.effort) == 3
    states = {k: v for k, v in switched.gate.values(6 * PERIOD_NS).items() if "state" in k}
    assert states == dict(
        zip((f"fault_{n}.state" for n in (1, 2, 3)), ("over", "cleared", "cleared"), strict=True)
    )


def test_time_that_begins_anew_begins_faults_anew() -> None:
    switched = Switched()
    switched.gate.switch("policy silent for 0.01", 50 * PERIOD_NS)
    switched.gate.restart("policy silent after 0.005 for 0.01", 0)
    assert [switched(number) is None for number in range(4)] == [False, True, True, False]


def test_jumps_keep_their_pace_where_ticks_are_a_little_early() -> None:
    switched = Switched()
    switched.gate.switch("policy jumping", 0)
    now_ns, jumps = 0, []
    for number in range(12):
        command = switched.at(now_ns)
        assert command is not None
        if command.effort[0] == TORQUE:
            jumps.append(number)
        now_ns += PERIOD_NS - 10_000
    assert jumps == [0, 4, 8]


def test_where_time_passes_a_slow_policy_really_takes_it() -> None:
    switched, slept = Switched(), list[float]()
    switched.gate = PolicyGate(TORQUE, lambda _: None, SEED, slept.append)
    switched.gate.switch("policy slow size 30 after 0.01 for 0.01", 0)
    commands = [switched(number) for number in range(6)]
    assert slept == [0.03, 0.03]
    assert all(command is not None and command.lag_ns == 0 for command in commands)
    assert switched.gate.values(6 * PERIOD_NS)["fault_1.spoilt"] == 2


def test_what_lasts_is_not_forgotten_for_many_that_came_after_it() -> None:
    switched = Switched()
    switched.gate.switch("policy jumping", 0)
    switched(0)
    for number in range(1, 30):
        switched.gate.switch(f"policy jumping; policy silent size {number} for 0.001", 0)
        switched(number)
    ways = switched.gate._ways
    assert ways[1].spoilt > 10


orders = st.builds(
    lambda kind, after, lasts, size, seed: PolicyOrder(
        PolicyFault(kind, after, ALWAYS if lasts is None else after + lasts, size), seed
    ),
    st.sampled_from(sorted(POLICY_FAULTS)), st.integers(0, 10**6).map(lambda ms: ms * 1e-3),
    st.none() | st.floats(0.001, 100.0).map(lambda x: round(x, 3)),
    st.none() | st.integers(2, 500).map(float), st.none() | st.integers(0, 10**9),
)  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(st.lists(orders, max_size=3))
def test_what_is_written_is_read_again(given_orders: list[PolicyOrder]) -> None:
    read = policy_orders_of("; ".join(order.text for order in given_orders))
    assert [order.text for order in read] == [order.text for order in given_orders]
    for order, same in zip(given_orders, read, strict=True):
        assert (same.seed, same.fault.kind, same.fault.size) == (
            order.seed, order.fault.kind, order.fault.size,
        )  # fmt: skip
        assert same.fault.stop_s == pytest.approx(order.fault.stop_s, abs=1e-6)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("imu nan", "it begins with 'imu', expected policy"),
        ("policy", "the policy has no fault ''; it has killed, hung"),
        ("policy flapping size 0", "must be more than 0 ms"),
        ("policy nan for 0", "for '0', expected more than 0 s"),
    ],
)
def test_what_cannot_be_is_refused(text: str, why: str) -> None:
    gate = PolicyGate(TORQUE, lambda _: None, SEED)
    gate.switch("policy silent", 0)
    with pytest.raises(ValueError, match=why):
        gate.switch(f"policy silent; {text}", 0)
    assert gate.values(0)["fault_1.state"] == "acting"
