"""The policy, and all that is planned to go wrong with it, in its place in a closed loop."""

from collections.abc import Callable, Sequence
from typing import Protocol

from ballbot_fusion.core.policy_watch import PolicyCommand
from ballbot_fusion.core.samples import Sample
from ballbot_fusion.core.tick import Tick
from ballbot_fusion.simulation.policy_faults.fault import Answer, Ask, Means, PolicyPlan
from ballbot_fusion.simulation.policy_faults.way import PURPOSE, Way
from ballbot_fusion.simulation.sensors.noise import stream


class Policy(Protocol):
    """Whoever drives."""

    def act(self, samples: Sequence[Sample], now_ns: int) -> tuple[Tick, tuple[float, ...]]:
        """Tick and return it with the wheel torques [N m]; none when it withholds them."""


class PolicyLine:
    """Asks the policy and passes its answers on, spoilt as planned.

    The same plan, seed, policy and samples give the same bits.
    """

    def __init__(
        self,
        plan: PolicyPlan,
        driver: Policy,
        respawn: Callable[[int], Policy],
        max_torque: float,
        seed: int,
    ) -> None:
        """Prepare the faults of ``driver``; ``respawn`` makes a new one, at a time [ns].

        Raises:
            ValueError: an unknown kind, or a size that it cannot have.
        """
        self._driver, self._make = driver, respawn
        self._tick: Tick | None = None
        self._ways = [
            (fault, Way.of(fault, Means(max_torque, stream(seed, PURPOSE, number), self._respawn)))
            for number, fault in enumerate(plan)
        ]

    @property
    def effects(self) -> list[int]:
        """In how many control periods each fault kept an answer back or changed it: its proof."""
        return [way.spoilt for _, way in self._ways]

    @property
    def last_ns(self) -> int | None:
        """When one of them did so last."""
        return max((way.last_ns for _, way in self._ways if way.last_ns is not None), default=None)

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
        for fault, way in self._ways:
            ask = way.through(ask, fault.acts(seconds))
        answer = ask(samples, now_ns)
        self._tick = answer.tick or self._tick
        if self._tick is None:
            raise RuntimeError("The policy was silent from the first period on; let it begin once.")
        return self._tick, answer.command

    def _ask(self, samples: Sequence[Sample], now_ns: int) -> Answer:
        tick, effort = self._driver.act(samples, now_ns)
        return Answer(PolicyCommand(effort, now_ns), tick)
