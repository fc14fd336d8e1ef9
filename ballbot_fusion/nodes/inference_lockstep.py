"""Inference's side of lockstep: a tick for every manifest, once all that belongs to it is here."""

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from std_msgs.msg import Int64MultiArray, String

from ballbot_fusion.core.samples import Source
from ballbot_fusion.nodes import qos
from ballbot_fusion.nodes.intake import Intake, Wait
from ballbot_fusion.nodes.lockstep import (
    INFERENCE,
    MANIFEST,
    READY,
    SAFETY,
    Ledger,
    Manifest,
    is_heard_by,
)

if TYPE_CHECKING:
    from ballbot_fusion.nodes.inference_node import InferenceNode

COUNTED = (Source.IMU, Source.ENCODERS, Source.MOTORS, Source.CAMERA_0, Source.CAMERA_1)
TURN_S = 0.05


class LockstepInference:
    """Drives an inference node by manifests."""

    def __init__(self, node: "InferenceNode") -> None:
        """Subscribe the manifests beside what ``node`` hears."""
        self._node = node
        self._manifests = Intake(node, Int64MultiArray, MANIFEST, qos.EVERYTHING, Manifest.of)
        self._ready = qos.publisher(node, String, READY, qos.LATCHED)
        self._wait = Wait(node, [self._manifests, *node.intakes.by_source.values()])
        self.start()

    def start(self) -> None:
        """Begin anew."""
        self._ledger = Ledger(COUNTED)
        self._pending: deque[Manifest] = deque()
        self._is_ready = False

    def work(self) -> None:
        """Take what arrived; tick for every manifest that is complete."""
        if not self._is_ready:
            self._say_ready()
        self._wait(TURN_S)
        self._ledger.hold(self._node.intakes.take(COUNTED))
        self._pending.extend(self._manifests.take())
        while self._pending and self._ledger.complete(self._pending[0]):
            self._tick(self._pending.popleft())

    def _tick(self, manifest: Manifest) -> None:
        now_ns = manifest.time_ns
        commands = self._node.intakes.take((Source.COMMAND,))
        heard = [replace(command, stamp_ns=now_ns, arrival_ns=now_ns) for command in commands]
        said = self._node.instructions.take(now_ns)
        self._node.tick([*self._ledger.consume(manifest), *heard, *said], now_ns, now_ns)

    def _say_ready(self) -> None:
        hears = all(self._node.intakes.by_source[source].publishers for source in COUNTED)
        recorded, node = self._node.settings.recorded, self._node
        if (
            hears
            and self._manifests.publishers
            and is_heard_by(node, [node.commands], {SAFETY}, recorded=recorded)
            and is_heard_by(node, [node.trace.publisher], set(), recorded=recorded)
        ):
            self._ready.publish(String(data=INFERENCE))
            self._is_ready = True
