"""The bridge's side of lockstep: a period of physics, a manifest, then wait for the answer."""

import time
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rosgraph_msgs.msg import Clock
from std_msgs.msg import Int64MultiArray, String

from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.samples import Sample, Source
from ballbot_fusion.nodes import qos
from ballbot_fusion.nodes.conversion import stamp
from ballbot_fusion.nodes.intake import Intake, Wait
from ballbot_fusion.nodes.lockstep import (
    CAMERAS,
    COUNTED,
    INFERENCE,
    MANIFEST,
    READY,
    RECORDER,
    REPLY,
    SAFETY,
    Manifest,
    is_heard_by,
)

if TYPE_CHECKING:
    from ballbot_fusion.nodes.mujoco_bridge import MujocoBridge

PEERS = frozenset({INFERENCE, SAFETY, CAMERAS})
CLOCK = "clock"
"""/clock, of a robot without a namespace; several have times of their own, and must not meet."""
KINDS = {Source.IMU: "imu", Source.ENCODERS: "joints"}


def _reply(message: Int64MultiArray) -> tuple[int, Mode]:
    """Tick and mode in safety's reply; raises ValueError for anything else."""
    tick, mode = message.data
    if not 0 <= mode < len(Mode):
        raise ValueError(f"mode {mode}, expected a number below {len(Mode)}. Safety alone replies.")
    return int(tick), list(Mode)[mode]


class LockstepBridge:
    """Advances the bridge one control period at a time."""

    def __init__(self, bridge: "MujocoBridge") -> None:
        """Publish the manifests and hear the answers beside what ``bridge`` does.

        Raises:
            ValueError: the control rate does not divide the physics rate.
        """
        self._bridge = bridge
        self._expected = PEERS | ({RECORDER} if bridge.settings.recorded else set())
        rate = bridge.settings.control_rate
        if 1000 % rate:
            raise ValueError(f"control_rate {rate} must divide 1000: use 100, 200 or 500.")
        self._steps = 1000 // rate
        self._latency_ns = round(bridge.settings.errors.depth.latency_s * 1e9)
        what, _, number = bridge.settings.lose.partition(":")
        self._lose = (what, int(number) if number else -1)
        self._clock = qos.publisher(bridge, Clock, CLOCK, qos.COMMAND)
        self._manifests = qos.publisher(bridge, Int64MultiArray, MANIFEST, qos.EVERYTHING)
        self._replies = Intake(bridge, Int64MultiArray, REPLY, qos.EVERYTHING, _reply)
        self._ready = Intake(bridge, String, READY, qos.LATCHED_MANY, lambda m: str(m.data))
        self._wait = Wait(bridge, [self._replies, bridge.motors.commands, self._ready])
        self._cameras = Wait(bridge, [bridge.cameras.reports])
        self.start()

    def start(self) -> None:
        """Begin anew."""
        self._tick = 0
        self._sent = dict.fromkeys(COUNTED, 0)
        self._frames: deque[int] = deque()
        self._held: deque[int] = deque()
        self._holding = False
        self._peers: set[str] = set()
        self._is_heard = False
        self._begin_s = time.monotonic()
        self._waiting = False
        self._replied = (0, Mode.DISARMED)
        self._produced = dict.fromkeys(KINDS.values(), 0)

    def is_due(self) -> bool:
        """Whether all nodes are there and the last period was answered; waits a little for that."""
        if not (self._is_heard and self._peers == self._expected):
            self._await_peers()
            return False
        if self._waiting:
            self._await_reply()
        return not self._waiting

    def _await_peers(self) -> None:
        self._wait(0.05)
        self._peers.update(self._expected.intersection(self._ready.take()))
        self._is_heard = self._is_heard or self._heard_by_all()
        if time.monotonic() - self._begin_s > self._bridge.settings.ready_timeout_s:
            missing = ", ".join(sorted(self._expected - self._peers)) or "who hears the sensors"
            raise RuntimeError(
                f"Lockstep cannot begin: {missing} not ready after "
                f"{self._bridge.settings.ready_timeout_s:g} s. Look for its error above."
            )

    def _heard_by_all(self) -> bool:
        bridge, listeners = self._bridge, {INFERENCE, SAFETY}
        recorded = bridge.settings.recorded
        sent = [*bridge.publishers_by_kind.values(), self._manifests]
        return all(
            is_heard_by(bridge, [publisher], listeners, recorded=recorded) for publisher in sent
        ) and is_heard_by(bridge, [bridge.cameras.snapshots], {CAMERAS}, recorded=False)

    def _is_lost(self, source: Source) -> bool:
        kind = KINDS[source]
        self._produced[kind] += 1
        return self._lose == (kind, self._produced[kind])

    def period(self) -> Iterator[None]:
        """One control period; wherever it yields, the world goes on by a millisecond."""
        bridge, simulation = self._bridge, self._bridge.simulation
        hold = self._hold()
        samples: list[Sample] = []
        for _ in range(self._steps):
            bridge.move()
            yield
            samples += [s for s in simulation.read() if not self._is_lost(s.source)]
            if bridge.cameras.send(hold=hold):
                (self._held if hold else self._frames).append(simulation.time_ns)
        for sample in bridge.passed(samples):
            bridge.send(sample)
            self._sent[sample.source] += 1
        bridge.log.record(simulation)
        if hold:
            self._end_camera_period()
        while self._frames and self._frames[0] + self._latency_ns <= simulation.time_ns:
            self._frames.popleft()
            self._sent[Source.CAMERA_0] += 1
            self._sent[Source.CAMERA_1] += 1
        self._tick += 1
        silent = self._lose == ("policy", self._tick)
        counts = tuple(self._sent[source] for source in COUNTED)
        self._clock.publish(Clock(clock=stamp(simulation.time_ns)))
        self._manifests.publish(
            Manifest(self._tick, simulation.time_ns, counts, silent).to_message()
        )
        self._waiting = True

    def _hold(self) -> bool:
        """Whether the cameras keep the frames of this period until it ends.

        They do while they have faults, and after that for as long as one of those frames is under
        way, and for one period more, in which they let go what a fault held back.
        """
        faulty = bool(self._bridge.faults.for_cameras(self._bridge.simulation.time_ns))
        hold = faulty or self._holding or bool(self._held)
        self._holding = faulty
        return hold

    def _end_camera_period(self) -> None:
        """Have the cameras send what arrives now; the manifest counts it."""
        bridge, now_ns = self._bridge, self._bridge.simulation.time_ns
        while self._held and self._held[0] + self._latency_ns <= now_ns:
            self._held.popleft()
        bridge.cameras.end_period()
        end_s = time.monotonic() + bridge.settings.ready_timeout_s
        # Slow is waited for; a signal ends it between two looks.
        while not bridge.done:
            self._cameras(0.05)
            for report in bridge.cameras.hear():
                if report.stamp_ns == now_ns:
                    self._sent[Source.CAMERA_0] += report.sent[0]
                    self._sent[Source.CAMERA_1] += report.sent[1]
                    return
            if time.monotonic() > end_s:
                raise RuntimeError(
                    f"The cameras did not say within {bridge.settings.ready_timeout_s:g} s which "
                    "frames they sent. Look for their error above."
                )

    def _await_reply(self) -> None:
        bridge = self._bridge
        self._wait(0.05)
        for message in bridge.motors.commands.take():
            bridge.take_command(message, time.monotonic_ns())
        for reply in self._replies.take():
            self._replied = reply if reply[0] == self._tick else self._replied
        tick, mode = self._replied
        if tick == self._tick and bridge.motors.commands.received == self._tick:
            self._sent[Source.MOTORS] = bridge.motors.commands.received
            bridge.take_mode(mode.value)
            self._waiting = False
