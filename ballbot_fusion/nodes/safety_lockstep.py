"""Safety's side of lockstep: a step for every manifest, once the policy has answered it."""

import time
from collections import deque
from typing import TYPE_CHECKING, Any

from std_msgs.msg import Int64MultiArray, String

from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.samples import JointSample, Source
from ballbot_fusion.nodes import qos
from ballbot_fusion.nodes.intake import Intake, Wait
from ballbot_fusion.nodes.lockstep import (
    BRIDGE,
    INFERENCE,
    MANIFEST,
    READY,
    REPLY,
    SAFETY,
    Ledger,
    Manifest,
    is_heard_by,
)

if TYPE_CHECKING:
    from ballbot_fusion.nodes.safety_node import SafetyNode

TURN_S = 0.05


class LockstepSafety:
    """Drives a safety node by manifests."""

    def __init__(self, node: "SafetyNode") -> None:
        """Subscribe the manifests beside what ``node`` hears."""
        self._node = node
        self._manifests = Intake(node, Int64MultiArray, MANIFEST, qos.EVERYTHING, Manifest.of)
        self._replies = qos.publisher(node, Int64MultiArray, REPLY, qos.EVERYTHING)
        self._ready = qos.publisher(node, String, READY, qos.LATCHED)
        asked = node.requests
        heard: list[Intake[Any]] = [node.imu, node.joints, node.commands, *asked.intakes]
        self._wait = Wait(node, [self._manifests, *heard], asked.services)
        self.start()

    def start(self) -> None:
        """Begin anew."""
        self._ledger = Ledger((Source.IMU, Source.ENCODERS))
        self._manifest: Manifest | None = None
        self._since_s = 0.0
        self._pending: deque[Manifest] = deque()
        self._answers: deque[JointSample] = deque()
        self._policy_dead = self._is_ready = False

    def work(self) -> None:
        """Take what arrived; step when a manifest is complete and answered."""
        if not self._is_ready:
            self._say_ready()
        self._wait(TURN_S)
        self._node.requests.hear()
        self._ledger.hold(self._node.imu.take())
        self._ledger.hold(self._node.joints.take())
        self._answers.extend(self._node.commands.take())
        self._pending.extend(self._manifests.take())
        if self._manifest is None and self._pending:
            self._manifest, self._since_s = self._pending.popleft(), time.monotonic()
        if self._manifest is not None and self._ledger.complete(self._manifest):
            self._answer(self._manifest)

    def _answer(self, manifest: Manifest) -> None:
        """Step when the policy has answered this tick, or need not be waited for."""
        command = None if manifest.silent else self._answer_to(manifest)
        if command is None and not manifest.silent and not self._policy_dead:
            if not self._is_policy_dead():
                return
            self._policy_dead = True
        if command is not None and not command.names:
            command = None  # A silence that is planned: nothing is said in this tick.
        self._manifest = None
        now_ns = manifest.time_ns
        mode = self._node.step(self._ledger.consume(manifest), command, now_ns)
        code = list(Mode).index(mode)
        self._replies.publish(Int64MultiArray(data=[manifest.tick, code]))

    def _is_policy_dead(self) -> bool:
        """Whether its process is gone, or hangs. A slow machine alone must never look like it."""
        limit_s = self._node.settings.silence_timeout_s
        hangs = time.monotonic() - self._since_s > limit_s
        if self._node.commands.publishers and not hangs:
            return False
        why = f"no answer in {limit_s:g} s" if hangs else "its process is gone"
        self._node.get_logger().warning(f"policy: {why}; its ticks count as silent from now on")
        return True

    def _answer_to(self, manifest: Manifest) -> JointSample | None:
        """Find the command that carries this tick's time; drop older ones."""
        while self._answers and self._answers[0].stamp_ns < manifest.time_ns:
            self._answers.popleft()
        if self._answers and self._answers[0].stamp_ns == manifest.time_ns:
            self._policy_dead = False
            return self._answers.popleft()
        return None

    def _say_ready(self) -> None:
        intakes = (self._node.imu, self._node.joints, self._node.commands, self._manifests)
        hears = all(intake.publishers for intake in intakes)
        recorded, node = self._node.settings.recorded, self._node
        if (
            hears
            and is_heard_by(node, node.outputs, {BRIDGE, INFERENCE}, recorded=recorded)
            and is_heard_by(node, [self._replies], {BRIDGE}, recorded=False)
        ):
            self._ready.publish(String(data=SAFETY))
            self._is_ready = True
