"""What a recording must know of the inference node to tick as it did, besides the samples."""

from typing import Literal

from ballbot_fusion.core.command import CommandLimits
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.sensing import Sensing
from ballbot_fusion.core.settings import Settings
from ballbot_fusion.core.spec import ObservationSpec

TOPIC = "inference/contract"
"""std_msgs/String, latched: the contract in force, as JSON."""
TRACE = "inference/trace"
"""std_msgs/Float64MultiArray: a tick each, see core/trace.py."""


class Contract(Settings):
    """Policy, robot and limits in force, and where the samples came from."""

    format: Literal[1] = 1
    version: str
    """Of this package."""
    policy: str
    """As it was named: a policy of models/, or a path."""
    policy_sha256: str
    robot: RobotConfig
    limits: CommandLimits
    instruction_lasts_s: float
    """How long what was said is in force, s."""
    topics: dict[str, str]
    """Topic of each source, by its name (core/samples.py), as the graph knows it."""
    stamped_command: bool
    """Whether cmd_vel is TwistStamped."""
    engine: str
    """What ran the policy, with its version."""
    machine: str
    """Kind of processor: other ones may round otherwise."""

    @property
    def trace_topic(self) -> str:
        """Topic of the trace of ticks, as the graph knows it."""
        return self.topics.get("TRACE", "/" + TRACE)

    @property
    def namespace(self) -> str:
        """Absolute namespace of the node that ticked; / where nobody renamed its trace."""
        trace = self.topics.get("TRACE", "")
        return trace.removesuffix(TRACE).rstrip("/") or "/" if trace.endswith("/" + TRACE) else "/"

    def sensing(self, spec: ObservationSpec) -> Sensing:
        """Return what ticks of a policy with ``spec`` are made by."""
        return Sensing(spec, self.robot, self.limits, self.instruction_lasts_s)
