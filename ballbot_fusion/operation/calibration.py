"""A calibration on a live graph: listens for a while, and sees to it that the robot is as it must.

Time is that of the IMU's stamps: a simulation may run slower than the clock, or faster.
"""

import time
from collections.abc import Callable
from typing import Any

from rclpy.node import Node
from std_msgs.msg import String

from ballbot_fusion.calibration.outcome import refused
from ballbot_fusion.calibration.steps import TURN_RATE, Step
from ballbot_fusion.core.mode import BALANCING
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import Sample, Source
from ballbot_fusion.core.topic_names import ASKS
from ballbot_fusion.operation.client import domain, settled
from ballbot_fusion.operation.doctor_ears import Ears, waiting
from ballbot_fusion.operation.steering import STILL
from ballbot_fusion.operation.teleop import Teleop
from ballbot_fusion.operation.triggers import LATCHED, STATE
from ballbot_fusion.recording.cdr import readers

IMU, JOINTS = "imu/data", "joint_states"
KINDS = {IMU: "sensor_msgs/msg/Imu", JOINTS: "sensor_msgs/msg/JointState"}
SUBSCRIBED_S = 1.0
"""How long publishers may take to notice that we listen, s."""
SLICE_S = 0.05
"""Between two looks at what has arrived, and two velocities, s."""
SILENT_S = 5.0
"""Without a sample of the IMU for so long it gives up, s."""
Resolve = Callable[[str], str]
"""What the graph calls one of our topics."""
Progress = Callable[[float], None]
"""Is told how many seconds were listened to."""


class Calibration:
    """One visit to one robot."""

    def __init__(self, node: Node, robot: RobotConfig, resolve: Resolve) -> None:
        """Begin to listen to IMU and wheels of ``robot``, and to safety."""
        self._node, self._robot, self._resolve = node, robot, resolve
        topics = {name: (resolve(name), kind) for name, kind in KINDS.items()}
        self._ears = Ears(node, topics, "", {})
        self._asks = node.create_publisher(String, resolve(ASKS), LATCHED)
        self._states = node.create_subscription(String, resolve(STATE), lambda _: None, LATCHED)
        self._mode = ""

    def measure(
        self, step: Step, seconds: float, *, distance: float, turn: bool, each: Progress
    ) -> list[Sample]:
        """Listen while the robot does what ``step`` needs; return samples in order of arrival.

        Args:
            step: what is measured.
            seconds: for how long.
            distance: of a push, m.
            turn: whether the robot is to turn on the spot meanwhile.
            each: is told how far it is.

        Raises:
            CalibrationRefusedError: armed when it must not be, or the other way round; silence.
            NobodyAnswersError: it is to turn, and nobody takes velocities.
        """
        settled(lambda: self._node.get_topic_names_and_types())
        self._ears.listen(SUBSCRIBED_S)
        self._hear_mode(step)
        teleop = Teleop(self._node, self._resolve("cmd_vel")) if turn else None
        try:
            self._asks.publish(String(data=step.asked(distance)))
            if step.lead_s:
                self._listen(step, step.lead_s, teleop, lambda _: None)
            self._listen(step, seconds, teleop, each)
        finally:
            self._asks.publish(String(data=""))
            if teleop:
                teleop.send(STILL)
        return self._samples()

    def _listen(self, step: Step, seconds: float, teleop: Teleop | None, each: Progress) -> None:
        """Listen anew, until the IMU's stamps are ``seconds`` further."""
        self._ears.drop()
        stamps, heard_s = self._ears.heard[IMU].stamps_ns, time.monotonic()
        while True:
            count = len(stamps)
            self._ears.listen(SLICE_S)
            self._hear_mode(step)
            if teleop:
                teleop.send((0.0, 0.0, TURN_RATE))
            if len(stamps) > count:
                heard_s = time.monotonic()
                passed = (stamps[-1] - stamps[0]) * 1e-9
                each(min(max(passed, 0.0), seconds))
                if passed >= seconds:
                    return
            elif time.monotonic() - heard_s > SILENT_S:
                raise refused(
                    "imu/data", f"nothing for {SILENT_S:g} s on {domain()}", "samples",
                    "Start the drivers; give --topics as to robot.launch.py. `ballbot doctor` says "
                    "what is wrong with them.",
                )  # fmt: skip

    def _hear_mode(self, step: Step) -> None:
        """Take what safety says; refuse a robot that is not as the step needs it."""
        for message, _ in waiting(self._states, raw=False):
            self._mode = str(message.data)
        drives = self._mode in BALANCING
        if step.balances and not drives:
            raise refused(
                step.name, f"safety is {self._mode or 'not heard'}", "ARMED, balancing",
                "Launch robot.launch.py with dry_run:=false, `ballbot arm`, let it stand, and "
                "measure again.",
            )  # fmt: skip
        if not step.balances and drives:
            raise refused(
                step.name, f"safety is {self._mode}", "motors that are off",
                "Hold the robot, `ballbot disarm`, and measure again.",
            )  # fmt: skip

    def _samples(self) -> list[Sample]:
        kinds = tuple(camera.kind for camera in self._robot.cameras)
        read: Any = readers(kinds, stamped_command=False)
        sources = {IMU: Source.IMU, JOINTS: Source.ENCODERS}
        found: list[Sample] = []
        for name, source in sources.items():
            found += self._ears.samples(name, read[source])
        return sorted(found, key=lambda sample: sample.arrival_ns)
