"""Faults of a simulated robot, switched while it runs, and what they spoilt."""

import time
from collections.abc import Callable, Mapping

from rclpy.node import Node

from ballbot_fusion.operation import parameters
from ballbot_fusion.operation.client import ANSWER_S, NobodyAnswersError, domain, until
from ballbot_fusion.operation.diagnostics import Diagnostics
from ballbot_fusion.operation.reported import ENDED, Reported, reported

PARAMETER = "faults"
MUTE_S = 5.0
"""Who reports nothing for this long is gone, or hangs; others report once a second."""


def _given(node: Node, target: str) -> str | list[str]:
    """Return the parameter of a bridge, or of an inference whose policy can be made to fail.

    Raises:
        NobodyAnswersError: there is no such node.
        ParameterRefusedError: its faults cannot be switched.
    """
    try:
        given: str | list[str] = parameters.read(node, target, [PARAMETER])[PARAMETER]
    except parameters.ParameterRefusedError as error:
        raise parameters.ParameterRefusedError(
            f"{error} Nothing of it can be made to fail; a policy can where sim.launch.py was "
            "given policy_faults:=true."
        ) from None
    return given


def inject(node: Node, target: str, text: str) -> None:
    """Switch a fault on beside those that are in force, and wait for nothing.

    Raises:
        NobodyAnswersError: there is no such node.
        ParameterRefusedError: it refuses the fault, and says why.
    """
    given = _given(node, target)
    in_force = [given] if isinstance(given, str) else list(given)
    wanted = "; ".join(entry for entry in [*in_force, text] if entry)
    parameters.write(node, target, {PARAMETER: wanted})


def end_all(node: Node, target: str) -> None:
    """End all faults, and wait for nothing; raises NobodyAnswersError without the node."""
    parameters.write(node, target, {PARAMETER: ""})


class FaultSwitch:
    """Switches faults of one bridge, or inference, and listens to what it says of them."""

    def __init__(self, node: Node, target: str) -> None:
        """Listen with ``node`` to ``target``, a node's full name."""
        self._node, self._target = node, target
        self._said = Diagnostics(node)

    @property
    def _values(self) -> Mapping[str, str]:
        return self._said.values.get(self._target.strip("/"), {})

    def add(self, text: str) -> Reported:
        """Switch one on beside those that are in force; return it as it is reported.

        Raises:
            NobodyAnswersError: there is no such node, or it reports nothing.
            ParameterRefusedError: it refuses the fault, and says why.
        """
        _given(self._node, self._target)
        self._await(lambda: bool(self._values))
        before = max((entry.number for entry in reported(self._values)), default=0)
        inject(self._node, self._target, text)
        self._await(lambda: self._newest(text).number > before)
        return self._newest(text)

    def clear(self) -> list[Reported]:
        """End all that are in force; return those that were.

        Raises:
            NobodyAnswersError: there is no such node, or it reports nothing.
        """
        _given(self._node, self._target)
        self._await(lambda: bool(self._values))
        on = {entry.number for entry in reported(self._values) if entry.state not in ENDED}
        end_all(self._node, self._target)
        self._await(lambda: all(e.state in ENDED for e in reported(self._values) if e.number in on))
        return [entry for entry in reported(self._values) if entry.number in on]

    def watched(self, fault: Reported, *, ends: bool) -> Reported:
        """Wait until a fault is over, or (where it never is) until it spoilt something.

        Raises:
            NobodyAnswersError: it reports no more.
        """
        while self._now(fault).state == "to come":
            self._hear_more()
        if not ends:
            until(self._node, lambda: self._now(fault).spoilt > 0, ANSWER_S)
            return self._now(fault)
        while self._now(fault).state not in ENDED:
            self._hear_more()
        # The cameras count for themselves, and are heard a little later.
        self._hear_more()
        return self._now(fault)

    def _newest(self, text: str) -> Reported:
        found = [entry for entry in reported(self._values) if entry.text == text]
        return found[-1] if found else Reported(0, text, "to come", 0)

    def _now(self, fault: Reported) -> Reported:
        found = [entry for entry in reported(self._values) if entry.number == fault.number]
        return found[-1] if found else fault._replace(state="over")

    def _hear_more(self) -> None:
        """Wait for the next report."""
        last, begin_s = self._values, time.monotonic()
        until(self._node, lambda: self._values is not last, MUTE_S)
        if self._values is last and time.monotonic() - begin_s >= MUTE_S:
            raise self._mute()

    def _await(self, condition: Callable[[], bool]) -> None:
        if not until(self._node, condition, ANSWER_S):
            raise self._mute()

    def _mute(self) -> NobodyAnswersError:
        return NobodyAnswersError(
            f"{self._target} has its parameters on {domain()}, but says nothing of its faults on "
            "/diagnostics. Is it active? `ballbot topics` shows who is there."
        )
