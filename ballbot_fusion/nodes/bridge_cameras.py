"""The bridge's line to the process of its cameras: what they are to render, what they answer."""

from typing import TYPE_CHECKING

from std_msgs.msg import Float64MultiArray, Int64MultiArray

from ballbot_fusion.nodes import camera_state, qos
from ballbot_fusion.nodes.intake import Intake
from ballbot_fusion.simulation.simulation import CameraSnapshot

if TYPE_CHECKING:
    from ballbot_fusion.nodes.mujoco_bridge import MujocoBridge


class BridgeCameras:
    """Tells them of every frame that is due, and of the faults that they have."""

    def __init__(self, bridge: "MujocoBridge") -> None:
        """Publish and subscribe."""
        self._bridge = bridge
        lockstep = bridge.settings.lockstep
        exposure = qos.EVERYTHING if lockstep else qos.EXPOSURE
        self.snapshots = qos.publisher(bridge, Float64MultiArray, camera_state.TOPIC, exposure)
        answer = qos.EVERYTHING if lockstep else qos.EVENTS
        self.reports = Intake(
            bridge, Int64MultiArray, camera_state.REPORT, answer, camera_state.of_report
        )

    def send(self, *, hold: bool = False) -> bool:
        """Give them the state when a frame is due; say whether it was.

        With ``hold`` they keep the frame until ``end_period``.
        """
        snapshot = self._bridge.simulation.camera_snapshot_due()
        if snapshot is None:
            return False
        self._tell(snapshot, hold)
        return True

    def end_period(self) -> None:
        """Have them send, and report, what arrives in the control period that ends now."""
        self._tell(None, hold=True)

    def _tell(self, snapshot: CameraSnapshot | None, hold: bool) -> None:
        bridge = self._bridge
        now_ns = bridge.simulation.time_ns
        directives = bridge.faults.for_cameras(now_ns)
        told = camera_state.Told(bridge.stamp_ns(now_ns), snapshot, directives, hold)
        self.snapshots.publish(camera_state.to_message(told))

    def hear(self) -> list[camera_state.Report]:
        """Take note of what their faults did; return what they said since the last time."""
        reports = self.reports.take()
        for report in reports:
            self._bridge.faults.hear_cameras(report.effects)
        return reports
