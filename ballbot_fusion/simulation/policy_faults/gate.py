"""The policy's answers on their way to safety while faults of them are switched on and off."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ballbot_fusion.core.samples import Sample
from ballbot_fusion.simulation.faults.switched import Switchboard
from ballbot_fusion.simulation.policy_faults.fault import Answer, Ask, Means
from ballbot_fusion.simulation.policy_faults.order import PolicyOrder, policy_orders_of
from ballbot_fusion.simulation.policy_faults.way import PURPOSE, Way
from ballbot_fusion.simulation.sensors.noise import stream


class PolicyGate:
    """Spoils answers by whatever is switched on. Times are those of the ticks, ns."""

    def __init__(
        self,
        max_torque: float,
        respawn: Callable[[int], None],
        seed: int,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        """Begin without faults; ``seed`` is for those that name none, see Means for the others."""
        self._max_torque, self._respawn, self._seed = max_torque, respawn, seed
        self._sleep = sleep
        self._board = Switchboard[PolicyOrder]()
        self._ways: dict[int, Way] = {}

    def switch(self, given: str | Sequence[str], now_ns: int) -> None:
        """Let exactly these faults be in force; those that begin do so at ``now_ns``.

        Raises:
            ValueError: one that cannot be. Nothing has changed then.
        """
        self._board.switch(policy_orders_of(given), now_ns)
        entries = (*self._board.known, *self._board.in_force(now_ns))
        known = {entry.number for entry in entries}
        self._ways = {number: way for number, way in self._ways.items() if number in known}

    def restart(self, given: str | Sequence[str], now_ns: int) -> None:
        """Time begins anew at ``now_ns``, and the faults with it."""
        self._board.forget()
        self.switch(given, now_ns)

    def passed(self, ask: Ask, samples: Sequence[Sample], now_ns: int) -> Answer:
        """Return what safety hears of what ``ask`` answers to ``samples`` at ``now_ns``."""
        for directive in self._board.directives(now_ns):
            ask = self._way(directive.number, directive.order).through(ask, directive.acts)
        return ask(samples, now_ns)

    def _way(self, number: int, order: PolicyOrder) -> Way:
        if number not in self._ways:
            # The first is what a plan of one fault has without ROS: the same numbers.
            seed = self._seed if order.seed is None else order.seed
            rng = stream(seed, PURPOSE, number - 1)
            means = Means(self._max_torque, rng, self._respawn, self._sleep)
            self._ways[number] = Way.of(order.fault, means)
        return self._ways[number]

    def left(self, now_ns: int) -> str | None:
        """Return what is still in force, in words, when something came to its end; else None."""
        return self._board.left(now_ns)

    def values(self, now_ns: int) -> Mapping[str, Any]:
        """Figures for diagnostics: as the bridge has them of streams, and when each acted first."""
        spoilt = {number: way.spoilt for number, way in self._ways.items()}
        first = {
            f"fault_{number}.first_ns": way.first_ns
            for number, way in self._ways.items()
            if way.first_ns is not None
        }
        return {**self._board.told(spoilt, now_ns), **first}
