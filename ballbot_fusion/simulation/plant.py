"""The simulated robot in steps of one control period: commands in, what the sensors sent out.

Used wherever the loop is closed without ROS (evaluation, training), and timed as lockstep mode
times it through ROS: samples of a period arrive together at its end, camera frames a latency after
they were taken.
"""

from collections import deque
from collections.abc import Sequence

from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.samples import ImageSample, Sample
from ballbot_fusion.simulation.driver_side import DriverSide
from ballbot_fusion.simulation.faults import FaultLine, FaultPlan
from ballbot_fusion.simulation.faults.possible import check
from ballbot_fusion.simulation.rendering.cameras import Cameras
from ballbot_fusion.simulation.simulation import Simulation
from ballbot_fusion.simulation.velocity_driver import VelocityDriver

STEP_NS = 1_000_000
"""Physics step, and the grain of all sensor times."""


class Plant:
    """A simulation with cameras, advanced one control period at a time."""

    def __init__(
        self,
        simulation: Simulation,
        cameras: Cameras | None,
        rate_hz: int = 200,
        faults: FaultPlan = (),
        driver: VelocityDriver | None = None,
        hardware: DriverSide | None = None,
    ) -> None:
        """Couple ``simulation`` with ``cameras`` (None: blind) at ``rate_hz`` control periods.

        ``driver`` takes commands as velocities; None: they are torques. ``hardware`` sends what IMU
        and encoders measure, as drivers do; None: it comes at once.

        Raises:
            ValueError: the rate does not divide the physics rate, or a fault that cannot be.
        """
        if 1000 % rate_hz:
            raise ValueError(f"Control rate {rate_hz} Hz must divide 1000 Hz: use 100, 200 or 500.")
        for fault in faults if cameras is not None else ():
            check(simulation.robot, fault)
        self.simulation = simulation
        self.steps = 1000 // rate_hz
        self._cameras, self.driver, self._hardware = cameras, driver, hardware
        self._latency_ns = round(simulation.settings.depth.latency_s * 1e9)
        self._in_transit: deque[ImageSample] = deque()
        self._faults = FaultLine(
            faults, simulation.settings, simulation.seed, robot=simulation.robot
        )
        self._released_ns: int | None = None

    @property
    def time_ns(self) -> int:
        """Simulated time, which is steady and ROS time alike."""
        return self.simulation.time_ns

    @property
    def fault_effects(self) -> tuple[int, ...]:
        """How many samples each planned fault has spoilt so far, in the order of the plan."""
        return tuple(self._faults.effects)

    def advance(self, command: Vector, echo: Sequence[Sample] = ()) -> list[Sample]:
        """Give the motors a command for one period; return the samples that arrived in it.

        Torques at the wheels [N m], or their velocities [rad/s] where the driver takes those.

        ``echo`` is the last motor command, as whoever listens to it hears it: it goes through the
        faults with what the sensors sent.
        """
        samples: list[Sample] = []
        for _ in range(self.steps):
            effort = command
            if self.driver is not None:
                effort = self.driver.torques(command, self.simulation.wheel_speeds)
            taken = self.simulation.step(effort)
            if self._hardware is not None:
                taken = self._hardware.published(taken, self.time_ns)
            samples.extend(taken)
            snapshot = self.simulation.camera_snapshot_due()
            if snapshot is not None and self._cameras is not None:
                self._in_transit.extend(self._cameras.render(snapshot))
        now_ns = self.time_ns
        while self._in_transit and self._in_transit[0].stamp_ns + self._latency_ns <= now_ns:
            samples.append(self._in_transit.popleft())
        arrived = self._faults.passed([*samples, *echo], now_ns, self._since_release(now_ns))
        return [sample.arrived(now_ns) for sample in arrived]

    def _since_release(self, now_ns: int) -> float | None:
        """Seconds since the end of the first period without the stand, as run logs count them."""
        if self._released_ns is None:
            if self.simulation.held:
                return None
            self._released_ns = now_ns
        return (now_ns - self._released_ns) * 1e-9
