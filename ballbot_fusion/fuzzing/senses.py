"""Nodes that sense what no policy does at once: colour, words, commands with stamps; lenses."""

from ballbot_fusion.core.cameras import with_cameras_for
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.sensing import Sensing
from ballbot_fusion.core.spec import INSTRUCTION, ObservationSpec
from ballbot_fusion.core.tick import Tick, tick
from ballbot_fusion.core.tick_state import initial_state
from ballbot_fusion.nodes.instruction_intake import InstructionIntake
from ballbot_fusion.nodes.lifecycle import BallbotNode, NodeSettings
from ballbot_fusion.nodes.lockstep import steady_ns
from ballbot_fusion.nodes.sensor_intakes import SensorIntakes
from ballbot_fusion.nodes.stream_report import RefusedCount

SPEC = ObservationSpec.of(
    (
        "orientation", "angular_vel", "vel", "motor_state", "actions", "rgb_0", "rgb_1", "slope",
        "command", "image_age", "vel_history", INSTRUCTION,
    )
)  # fmt: skip


def colored() -> RobotConfig:
    """The default robot with colour cameras."""
    return with_cameras_for(SPEC, RobotConfig())


def with_lenses() -> RobotConfig:
    """The default robot, its images read by the lenses that camera_info tells."""
    robot = RobotConfig()
    cameras = [c.model_copy(update={"intrinsics": "camera_info"}) for c in robot.cameras]
    return robot.model_copy(update={"cameras": tuple(cameras)})


class Senses(BallbotNode[NodeSettings]):
    """All that inference does before it asks the policy."""

    model = NodeSettings
    spec = SPEC

    def robot(self) -> RobotConfig:
        """What it belongs to."""
        return colored()

    def __init__(self) -> None:
        """Declare parameters."""
        super().__init__("senses")

    def configure(self) -> None:
        """Subscribe everything."""
        robot = self.robot()
        self._sensing = Sensing(self.spec, robot)
        self.intakes = SensorIntakes(self, robot, lockstep=False, stamped_command=True)
        self.instructions = InstructionIntake(self)
        self.instructions.listen(self.spec)

    def start(self) -> None:
        """Forget everything."""
        self._state = initial_state(*steady_ns(lockstep=False))
        self.refused = RefusedCount()
        self.result: Tick | None = None

    def work(self) -> None:
        """Tick."""
        now_ns, _ = steady_ns(lockstep=False)
        samples = self.intakes.take(list(self.intakes.by_source))
        result = tick(
            self._sensing, self._state, [*samples, *self.instructions.take(now_ns)], now_ns
        )
        self._state, self.result = result.state, result
        self.refused.add(result.refused)


class LensSenses(Senses):
    """The same of depth images whose lenses are told."""

    spec = ObservationSpec.of(
        ("orientation", "angular_vel", "vel", "motor_state", "actions", "rgbd_0", "rgbd_1")
    )

    def robot(self) -> RobotConfig:
        """What it belongs to."""
        return with_lenses()
