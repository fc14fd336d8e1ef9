"""The policy, and all that is planned to go wrong with it, in its place in a closed loop."""

from collections.abc import Callable, Sequence
from functools import partial

from ballbot_fusion.core.policy_watch import PolicyCommand
from ballbot_fusion.core.samples import Sample
from ballbot_fusion.core.tables import load_entry
from ballbot_fusion.core.tick import Tick
from ballbot_fusion.evaluation.drivers import Driver
from ballbot_fusion.evaluation.policy_faults.fault import (
    Answer,
    Ask,
    Effect,
    Means,
    PolicyFault,
    PolicyPlan,
)
from ballbot_fusion.simulation.sensors.noise import stream

_PACKAGE = "ballbot_fusion.evaluation.policy_faults"
POLICY_FAULTS = {
    kind: f"{_PACKAGE}.{kind}"
    for kind in (
        "killed", "hung", "silent", "flapping", "slow", "late", "nan", "saturated",
        "out_of_range", "jumping", "alternating", "unfamiliar",
    )
}  # fmt: skip
"""Module with a function ``make(fault, means) -> Effect`` by name."""
_PURPOSE = 103  # of a random stream, beside the numbers of sensors and stream faults

Make = Callable[[PolicyFault, Means], Effect]


class PolicyLine:
    """Asks the policy and passes its answers on, spoilt as planned.

    The same plan, seed, policy and samples give the same bits.
    """

    def __init__(
        self,
        plan: PolicyPlan,
        driver: Driver,
        respawn: Callable[[int], Driver],
        max_torque: float,
        seed: int,
    ) -> None:
        """Prepare the faults of ``driver``; ``respawn`` makes a new one, at a time [ns].

        Raises:
            ValueError: an unknown kind, or a size that it cannot have.
        """
        self._driver, self._make = driver, respawn
        self._tick: Tick | None = None
        self.effects = [0] * len(plan)
        """In how many control periods each fault kept an answer back or changed it: its proof."""
        self.last_ns: int | None = None
        """When one of them did so last."""
        self._faults = [
            (fault, _effect(fault, self._means(max_torque, seed, number)))
            for number, fault in enumerate(plan)
        ]

    def _means(self, max_torque: float, seed: int, number: int) -> Means:
        return Means(max_torque, stream(seed, _PURPOSE, number), self._respawn)

    def _respawn(self, now_ns: int) -> None:
        self._driver = self._make(now_ns)

    def act(
        self, samples: Sequence[Sample], now_ns: int, seconds: float | None
    ) -> tuple[Tick, PolicyCommand | None]:
        """Return the policy's newest tick, and what safety hears of it, None when nothing.

        Args:
            samples: what the policy would hear.
            now_ns: the time.
            seconds: that time after the stand let go, s; None while it holds.
        """
        ask: Ask = self._ask
        for number in range(len(self._faults)):
            ask = partial(self._through, number, ask, seconds)
        answer = ask(samples, now_ns)
        self._tick = answer.tick or self._tick
        if self._tick is None:
            raise RuntimeError("The policy was silent from the first period on; let it begin once.")
        return self._tick, answer.command

    def _ask(self, samples: Sequence[Sample], now_ns: int) -> Answer:
        tick, effort = self._driver.act(samples, now_ns)
        return Answer(PolicyCommand(effort, now_ns), tick)

    def _through(
        self,
        number: int,
        ask: Ask,
        seconds: float | None,
        samples: Sequence[Sample],
        now_ns: int,
    ) -> Answer:
        """Let one fault have its way with ``ask``, and count what it did."""
        fault, effect = self._faults[number]
        undisturbed: list[Answer] = []

        def asked(heard: Sequence[Sample], at_ns: int) -> Answer:
            undisturbed.append(ask(heard, at_ns))
            return undisturbed[-1]

        answer = effect(asked, samples, now_ns, fault.acts(seconds))
        if not undisturbed or answer.command is not undisturbed[-1].command:
            self.effects[number] += 1
            self.last_ns = now_ns
        return answer


def _effect(fault: PolicyFault, means: Means) -> Effect:
    make: Make = load_entry(POLICY_FAULTS, fault.kind, "policy fault").make
    return make(fault, means)
