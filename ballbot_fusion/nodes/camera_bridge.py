"""The cameras' process: renders what the bridge's snapshots show and publishes it."""

import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from diagnostic_msgs.msg import DiagnosticStatus
from rclpy.publisher import Publisher
from sensor_msgs.msg import CameraInfo, Image
from std_msgs.msg import Float64MultiArray, Int64MultiArray, String

from ballbot_fusion.core.robot import load_robot
from ballbot_fusion.core.samples import ImageSample, Sample, Source
from ballbot_fusion.core.topic_names import image_topics, info_topic
from ballbot_fusion.nodes import camera_state, qos
from ballbot_fusion.nodes.bridge_drivers import FrameLine
from ballbot_fusion.nodes.bridge_settings import CameraSettings
from ballbot_fusion.nodes.camera_bridge_faults import CameraFaults
from ballbot_fusion.nodes.camera_state import Told
from ballbot_fusion.nodes.intake import Intake, Wait
from ballbot_fusion.nodes.lifecycle import BallbotNode
from ballbot_fusion.nodes.lockstep import BRIDGE, CAMERAS, INFERENCE, READY, is_heard_by
from ballbot_fusion.nodes.process import run
from ballbot_fusion.nodes.sensor_messages import camera_info_message, image_message
from ballbot_fusion.simulation.rendering.cameras import Cameras
from ballbot_fusion.simulation.rendering.select import make_renderer
from ballbot_fusion.simulation.simulation import CameraSnapshot
from ballbot_fusion.simulation.terrain import make_terrain

MOST_LATE_NS = 60_000_000
"""A frame is rendered this long after its moment at most, if there is a newer one. Two frame
periods at 30 Hz: a busy machine delays frames; only one that cannot render in time loses them."""

IDLE_S, HOLDING_S = 0.05, 0.005
"""How long to wait for a snapshot; shorter while a fault may hold frames back."""


class CameraBridge(BallbotNode[CameraSettings]):
    """Both cameras of the simulated robot."""

    model = CameraSettings

    def __init__(self) -> None:
        """Declare parameters."""
        super().__init__(CAMERAS)
        self.rendered = self.skipped = 0

    def configure(self) -> None:
        """Choose a renderer, subscribe and publish."""
        settings = self.settings
        self._robot = load_robot(settings.robot)
        terrain = make_terrain(settings.terrain, settings.seed)
        size = (settings.width, settings.height)
        renderer, why = make_renderer(
            settings.renderer, self._robot, terrain, size, settings.robots
        )
        self.get_logger().info(f"renderer: {why}")
        self._cameras = Cameras(
            self._robot, renderer, seed=settings.own_seed, settings=settings.errors,
            size=size,
        )  # fmt: skip
        quality = qos.EVERYTHING if settings.lockstep else qos.IMAGE
        self._snapshots = Intake(
            self, Float64MultiArray, camera_state.TOPIC,
            qos.EVERYTHING if settings.lockstep else qos.EXPOSURE,
            partial(camera_state.of_message, robots=settings.robots),
        )  # fmt: skip
        topics = image_topics(self._robot)
        self._images = {
            source: qos.publisher(self, Image, topic, quality) for source, topic in topics.items()
        }
        self._infos = {
            source: qos.publisher(self, CameraInfo, info_topic(topic), quality)
            for source, topic in topics.items()
        }
        answer = qos.EVERYTHING if settings.lockstep else qos.EVENTS
        self._reports = qos.publisher(self, Int64MultiArray, camera_state.REPORT, answer)
        self._faults = CameraFaults(settings.errors, settings.own_seed, self._robot)
        self._ready = qos.publisher(self, String, READY, qos.LATCHED) if settings.lockstep else None
        hardware = settings.profile == "hardware" and not settings.lockstep
        self._line = FrameLine(settings) if hardware else None
        self._wait = Wait(self, [self._snapshots])
        self._ring: deque[tuple[ImageSample, ImageSample]] = deque()
        self._is_ready = False

    def work(self) -> None:
        """Wait for snapshots; render them in turn."""
        if self._ready is not None and not self._is_ready:
            self._say_ready(self._ready)
        holds = self._faults.busy or self._line is not None
        self._wait(HOLDING_S if holds else IDLE_S)
        snapshots = self._snapshots.take()
        if len(self._ring) < self.settings.pre_rendered:
            # Takes seconds; the stream begins behind it, with no gap.
            self._fill_ring([told.snapshot for told in snapshots[-1:] if told.snapshot])
            self._snapshots.take()  # a burst of what came meanwhile would overrun who listens
            return
        for number, told in enumerate(snapshots):
            if number < len(snapshots) - 1 and self._is_late(told):
                self.skipped += 1
                continue
            self._follow(told)
        if holds and not self.settings.lockstep:
            self._publish(self._faults.waited(time.monotonic_ns()))

    def _is_late(self, told: Told) -> bool:
        """Whether a frame would be stale when rendered: then a newer one is worth more."""
        if self.settings.lockstep or self._ring:
            return False
        return time.time_ns() - told.stamp_ns > MOST_LATE_NS

    def _follow(self, told: Told) -> None:
        """Render what there is to be rendered; send what is to be sent now."""
        frames = () if told.snapshot is None else self._frames(told.snapshot)
        self.rendered += bool(frames)
        if told.hold and frames:
            self._faults.hold(frames)
            return
        if told.hold:
            passed = self._faults.period_ended(told)
        else:
            passed = self._faults.passed(frames, told, time.monotonic_ns())
        self._publish(passed)
        if told.hold or told.directives:
            sent = [sum(s.source is source for s in passed) for source in self._images]
            report = camera_state.report_message(told.stamp_ns, sent, self._faults.effects)
            self._reports.publish(report)

    def _publish(self, samples: Sequence[Sample]) -> None:
        """Send samples; in the profile hardware, not before their latency is over."""
        if self._line is not None:
            self._line.add(samples)
            samples = self._line.due(time.time_ns())
        for sample in samples:
            if not isinstance(sample, ImageSample):
                continue
            self._images[sample.source].publish(image_message(sample, sample.stamp_ns))
            camera = self._robot.cameras[sample.source - Source.CAMERA_0]
            size = (self.settings.width, self.settings.height)
            self._infos[sample.source].publish(camera_info_message(camera, *size, sample.stamp_ns))

    def _frames(self, snapshot: CameraSnapshot) -> tuple[ImageSample, ImageSample]:
        """Render, or take the next frames of the ring with the snapshot's stamp."""
        if not self._ring:
            return self._cameras.render(snapshot)
        self._ring.rotate(-1)
        first, second = (replace(frame, stamp_ns=snapshot.stamp_ns) for frame in self._ring[0])
        return first, second

    def _fill_ring(self, snapshots: list[CameraSnapshot]) -> None:
        """Render the whole ring from one snapshot: the same view, each time with other noise."""
        for snapshot in snapshots:
            for number in range(self.settings.pre_rendered):
                self._ring.append(self._cameras.render(replace(snapshot, frame=number)))

    def _say_ready(self, ready: Publisher) -> None:
        recorded = self.settings.recorded
        heard = all(
            is_heard_by(self, [publisher], {INFERENCE}, recorded=recorded)
            for publisher in self._images.values()
        ) and is_heard_by(self, [self._reports], {BRIDGE}, recorded=False)
        if heard and self._snapshots.publishers:
            ready.publish(String(data=CAMERAS))
            self._is_ready = True

    def report(self) -> tuple[bytes, str, Mapping[str, Any]]:
        """Frames published, and skipped because a newer one was there already."""
        return DiagnosticStatus.OK, "rendering", {"frames": self.rendered, "skipped": self.skipped}


def main() -> None:
    """Run the cameras."""
    run(CameraBridge)
