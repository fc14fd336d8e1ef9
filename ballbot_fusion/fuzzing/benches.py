"""All benches: together they have every subscription that a node of this package may have."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.synchronizer import Refused
from ballbot_fusion.fuzzing.bench import Bench, Made
from ballbot_fusion.fuzzing.senses import LensSenses, Senses, colored, with_lenses
from ballbot_fusion.fuzzing.stand_in import Clock, Line
from ballbot_fusion.nodes.camera_bridge import CameraBridge
from ballbot_fusion.nodes.inference_node import InferenceNode
from ballbot_fusion.nodes.lockstep import Manifest
from ballbot_fusion.nodes.monitor import Monitor
from ballbot_fusion.nodes.mujoco_bridge import MujocoBridge
from ballbot_fusion.nodes.safety_node import SafetyNode

MOST_TURNS = 400
"""Control periods, 2 s, within which good messages must be trusted again."""
HEARTBEAT_TURNS = 120
"""Control periods, 0.6 s, after which a gamepad's heartbeat counts."""
SMALL = {"width": 8, "height": 8, "renderer": "rays"}


class _Within(Bench):
    """A bench whose recovery is a condition that good turns bring about."""

    def recovered(self) -> str:
        """Say what is still missing; empty when all is well."""
        raise NotImplementedError

    def prepare(self) -> None:
        """Do what an operator would before looking whether all is well again."""

    def recover(self) -> None:
        """Bring good messages for a while; if that is not enough, once more after a restart.

        Clocks that jump to and fro in the same instant can leave good stamps too old for good:
        what is really late must never pass for a jump, so that the nodes wait for a restart.
        """
        if self._missing():
            self.check_counts()
            self.restart()
            self.restarts += 1
            if missing := self._missing():
                raise AssertionError(f"after a restart and {MOST_TURNS} good turns: {missing}")

    def _missing(self) -> str:
        """Say what is still missing after many good turns; empty when all is well."""
        self.prepare()
        missing = ""
        for _ in range(MOST_TURNS):
            self.good_turn()
            missing = self.recovered()
            if not missing:
                break
        return missing


def _counts(node: Any) -> Counter[Refused]:
    if isinstance(node, InferenceNode):
        return node._report.refused.counts
    if isinstance(node, SafetyNode):
        return node._refused.counts
    counts: Counter[Refused] = node.refused.counts
    return counts


class Control(_Within):
    """Inference and safety, as on the robot."""

    def __init__(self, clock: Clock) -> None:
        """Motors are not in dry run, and a gamepad is in use."""
        made: list[Made] = [
            (InferenceNode, {}),
            (SafetyNode, {"dry_run": False, "gamepad.used": True}),
        ]
        super().__init__("control", made, RobotConfig(), clock)
        self.inference, self.safety = self.nodes

    def counts_of(self, line: Line) -> Counter[Refused] | None:
        """Both tick; the policy's commands are judged one by one, by the state machine."""
        if line.intake in self.inference.intakes.by_source.values():
            return _counts(self.inference)
        ticked = line.intake in (self.safety.imu, self.safety.joints)
        return _counts(self.safety) if ticked else None

    def prepare(self) -> None:
        """Disarm, which ends every fault, and arm again."""
        requests = self.safety.requests
        requests._on_disarm()
        for _ in range(HEARTBEAT_TURNS):
            self.good_turn()  # with the button and the gamepad released
        requests._on_arm()

    def recovered(self) -> str:
        """All modalities are trusted, the policy acts, safety passes on what it says."""
        result, state = self.inference._result, self.safety._state
        masked = [reason.text for reason in result.reasons if reason is not Reason.OK]
        if masked or self.inference._unfamiliar:
            return f"masked: {masked}; withheld: {self.inference._unfamiliar!r}"
        if state.mode is not Mode.ARMED or not state.policy_steps:
            return f"safety is {state.mode}: {state.reason}"
        return "" if any(state.effort) else "motors get nothing"


class Sensed(_Within):
    """Everything else that can be sensed: colour, words, commands with stamps."""

    def __init__(self, clock: Clock) -> None:
        """Only the tick."""
        super().__init__("senses", [(Senses, {})], colored(), clock)

    def counts_of(self, line: Line) -> Counter[Refused] | None:
        """All that is sensed, apart from words, which are encoded first."""
        node = self.nodes[0]
        return _counts(node) if line.intake in node.intakes.by_source.values() else None

    def recovered(self) -> str:
        """All modalities are trusted."""
        found = self.nodes[0].result.reasons
        return "; ".join(reason.text for reason in found if reason is not Reason.OK)


class Lenses(Sensed):
    """Depth images, and what lenses they were taken by."""

    def __init__(self, clock: Clock) -> None:
        """Only the tick."""
        _Within.__init__(self, "lenses", [(LensSenses, {})], with_lenses(), clock)

    def counts_of(self, _: Line) -> Counter[Refused] | None:
        """None: whether an image is refused depends on what was told of its lens before."""
        return None


class Drivers(_Within):
    """The simulated robot's side, and the monitor."""

    works = 5

    def __init__(self, clock: Clock) -> None:
        """Small pictures: it is not the renderer that is tried. A camera's fault is in force, so
        that the bridge listens to the cameras' reports.
        """
        made: list[Made] = [
            (MujocoBridge, {"faults": "camera_0 noisy size 1"}),
            (CameraBridge, SMALL),
            (Monitor, {}),
        ]
        super().__init__("drivers", made, RobotConfig(), clock)
        self.bridge, self.cameras, self.monitor = self.nodes

    def prepare(self) -> None:
        """Count pictures from here on."""
        self._rendered = self.cameras.rendered

    def recovered(self) -> str:
        """The bridge obeys, the cameras render."""
        if not any(self.bridge.motors.told):
            return "the bridge does not follow motor commands"
        return "" if self.cameras.rendered > self._rendered else "no picture"

    def _look(self) -> None:
        super()._look()
        truth, limit = self.bridge.simulation.ground_truth(), self.robot.wheels.max_torque
        assert all(map(_is_small, truth.position)), f"the simulated robot is at {truth.position}"
        assert all(abs(torque) < 1e4 * limit for torque in self.bridge.motors.told), "torques pass"


def _is_small(value: float) -> bool:
    return abs(value) < 1e3


class Lockstep(Bench):
    """The three nodes that manifests drive. They trust each other to count right: a hostile
    manifest may stall them, never end them; starting anew brings them back.
    """

    def __init__(self, clock: Clock) -> None:
        """All in lockstep."""
        on = {"lockstep": True}
        made: list[Made] = [
            (InferenceNode, on),
            (SafetyNode, {**on, "dry_run": False}),
            (MujocoBridge, on),
        ]
        made.append((CameraBridge, {**on, **SMALL}))
        super().__init__("lockstep", made, RobotConfig(), clock)
        self.inference, self.safety, self.bridge, self.cameras = self.nodes

    def recover(self) -> None:
        """A tick for a whole manifest, a reply for its command, a manifest of the bridge."""
        self.restart()
        ticks = self.inference._ticks
        manifest = Manifest(1, self.clock.time_ns(), (1, 1, 1, 1, 1))
        for topic, lines in self.lines.items():
            if topic.endswith("manifest"):
                for line in lines:
                    line.put(manifest.to_message())
            elif not topic.endswith(("ready", "reply")):
                self.send_good(topic)
        self.inference.work()
        self.safety.work()
        assert self.inference._ticks == ticks + 1, "inference does not follow the manifest"
        assert self.safety._state.step_ns == manifest.time_ns, "safety does not reply"
        for lines in self.lines.values():
            for line in lines:
                line.intake.take()  # what a node that waits for its turn has not taken yet


Make = Callable[[Clock], Bench]
BENCHES: dict[str, tuple[Make, int]] = {
    "control": (Control, 4),
    "senses": (Sensed, 2),
    "lenses": (Lenses, 1),
    "drivers": (Drivers, 2),
    "lockstep": (Lockstep, 1),
}
"""Every bench by name: how to make it, and how many of ten messages it gets."""
