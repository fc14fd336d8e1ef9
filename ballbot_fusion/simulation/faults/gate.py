"""The way of some streams to their readers while faults on it are switched on and off."""

from collections.abc import Sequence

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import Sample, Source
from ballbot_fusion.simulation.faults.fault import ALWAYS, Fault
from ballbot_fusion.simulation.faults.line import FaultLine
from ballbot_fusion.simulation.faults.order import Order
from ballbot_fusion.simulation.faults.switched import Directive
from ballbot_fusion.simulation.settings import SimulationSettings

_FOR_EVER_NS = 1 << 62


class Gate:
    """Passes samples on through whatever acts now.

    Each fault has a line of its own, which lives for as long as directives name it.
    """

    def __init__(
        self, settings: SimulationSettings, seed: int, robot: RobotConfig | None = None
    ) -> None:
        """``seed`` is for faults that name none; ``robot`` as FaultLine takes it."""
        self._settings, self._seed, self._robot = settings, seed, robot
        self._lines: dict[int, FaultLine] = {}
        self._last: dict[Source, Sample] = {}
        self.effects: dict[int, int] = {}
        """By number of the fault: how many samples it kept back, changed, added or moved."""

    @property
    def busy(self) -> bool:
        """Whether something may be held back."""
        return bool(self._lines)

    def passed(
        self, samples: list[Sample], now_ns: int, directives: Sequence[Directive[Order]] = ()
    ) -> list[Sample]:
        """Return what arrives of ``samples`` at ``now_ns``, and what was held back until now."""
        if directives or self._lines:
            samples = [*self._ended(directives), *self._through(samples, now_ns, directives)]
        return samples

    def remember(self, samples: Sequence[Sample]) -> None:
        """Take in what passes beside the gate: a fault may go on from the last sample before it."""
        for sample in samples:
            self._last[sample.source] = sample

    def forget(self) -> None:
        """Time begins anew: what was held back, and what passed last, is of another time."""
        self._lines.clear()
        self._last.clear()

    def _through(
        self, samples: list[Sample], now_ns: int, directives: Sequence[Directive[Order]]
    ) -> list[Sample]:
        sent = samples
        for directive in directives:
            line = self._line(directive, now_ns)
            samples = line.passed(samples, now_ns, 0.0 if directive.acts else None)
            self.effects[directive.number] = line.effects[0]
        self.remember(sent)
        return samples

    def _line(self, directive: Directive[Order], now_ns: int) -> FaultLine:
        line = self._lines.get(directive.number)
        if line is None:
            line = self._begun(directive, now_ns)
            self._lines[directive.number] = line
        return line

    def _begun(self, directive: Directive[Order], now_ns: int) -> FaultLine:
        order = directive.order
        source = order.fault.source
        # The switchboard says when it acts.
        fault = Fault(order.fault.kind, source, 0.0, ALWAYS, order.fault.size)
        seed = self._seed if order.seed is None else order.seed
        line = FaultLine((fault,), self._settings, seed, first=int(source), robot=self._robot)
        if source in self._last:
            line.passed([self._last[source]], now_ns, None)
            line.effects[0] = 0
        return line

    def _ended(self, directives: Sequence[Directive[Order]]) -> list[Sample]:
        """What those still hold that are named no more."""
        named = {directive.number for directive in directives}
        left: list[Sample] = []
        for number in [number for number in self._lines if number not in named]:
            left += self._lines.pop(number).passed([], _FOR_EVER_NS, None)
        return left
