"""The bridge's side of faults that are switched while it runs, and the proof that they acted."""

from collections.abc import Mapping, Sequence
from typing import Any

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import Sample
from ballbot_fusion.simulation.faults import Order
from ballbot_fusion.simulation.faults.fault import CAMERAS
from ballbot_fusion.simulation.faults.gate import Gate
from ballbot_fusion.simulation.faults.order import orders_of
from ballbot_fusion.simulation.faults.possible import check
from ballbot_fusion.simulation.faults.switched import Directive, Switchboard
from ballbot_fusion.simulation.settings import SimulationSettings


class BridgeFaults:
    """Spoils what the bridge sends itself, and directs the cameras, which spoil their frames.

    Times are those of the simulation, ns.
    """

    def __init__(self, robot: RobotConfig, settings: SimulationSettings, seed: int) -> None:
        """Begin without faults; ``seed`` is for those that name none."""
        self._robot = robot
        self._board = Switchboard[Order]()
        self._gate = Gate(settings, seed, robot)
        self._of_cameras: dict[int, int] = {}

    @property
    def idle(self) -> bool:
        """Whether there is nothing to do."""
        return self._board.idle

    def switch(self, given: str | Sequence[str], now_ns: int) -> None:
        """Let exactly these faults be in force; those that begin do so at ``now_ns``.

        Raises:
            ValueError: one that cannot be, or that this robot's cameras cannot have. Nothing has
                changed then.
        """
        orders = orders_of(given)
        for order in orders:
            self._try(order)
        self._board.switch(orders, now_ns)

    def restart(self, given: str | Sequence[str], now_ns: int) -> None:
        """Time begins anew at ``now_ns``, and the faults with it."""
        self._board.forget()
        self._gate.forget()
        self.switch(given, now_ns)

    def _try(self, order: Order) -> None:
        try:
            check(self._robot, order.fault)
        except ValueError as error:
            raise ValueError(f"Fault {order.text!r}: {error}") from None

    # --- acting ---

    def passed(self, samples: list[Sample], now_ns: int) -> list[Sample]:
        """Return what goes out of the samples of IMU and encoders."""
        if self._board.idle:
            self._gate.remember(samples)
            return samples
        return self._gate.passed(samples, now_ns, self._directives(now_ns, of_cameras=False))

    def for_cameras(self, now_ns: int) -> tuple[Directive[Order], ...]:
        """Return what the cameras must be told."""
        return () if self._board.idle else self._directives(now_ns, of_cameras=True)

    def _directives(self, now_ns: int, *, of_cameras: bool) -> tuple[Directive[Order], ...]:
        found = self._board.directives(now_ns)
        return tuple(d for d in found if (d.order.fault.source in CAMERAS) == of_cameras)

    def hear_cameras(self, effects: Mapping[int, int]) -> None:
        """Take in how many frames each fault has spoilt."""
        self._of_cameras.update(effects)

    # --- telling ---

    def left(self, now_ns: int) -> str | None:
        """Return what is still in force, in words, when something came to its end; else None."""
        return self._board.left(now_ns)

    def values(self, now_ns: int) -> Mapping[str, Any]:
        """Figures for diagnostics: of each fault its words, its state, and what it spoilt."""
        return self._board.told({**self._gate.effects, **self._of_cameras}, now_ns)
